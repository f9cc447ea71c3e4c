// `parse`: the syntax tree of a Dockerfile with all that is wrong with it.

import { type Diagnostic, type Dockerfile, parseDockerfile } from '../../grammar/index.ts';

/** What parsing gives. */
export interface Parsed {
  readonly ast: Dockerfile;
  /** Errors and warnings with their places; without errors the file can be planned. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses the text of a Dockerfile; never throws for what is in it. */
export function parse(text: string): Parsed {
  return parseDockerfile(text);
}
