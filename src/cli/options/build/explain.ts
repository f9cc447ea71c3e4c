// `--explain`: why steps missed the cache, what the context is made of, where the image's bytes are.

import { type Command, InvalidArgumentError } from 'commander';
import type { BuildRequest } from '../../../engine/index.ts';

/** What can be explained. */
export type Explanation = 'cache' | 'context' | 'size';

/** The parsed flag. */
export interface ExplainFlags {
  readonly explain?: readonly Explanation[];
}

const explanations: readonly Explanation[] = ['cache', 'context', 'size'];

/** Adds the flag; the program spells a bare `--explain` out as `--explain=cache`, so that the context behind it is not taken for its value. */
export function addExplainOptions(command: Command): Command {
  return command.option(
    '--explain <what>',
    'Say why steps ran (cache), what the context is made of (context), where the bytes of the image are (size); may be repeated',
    parse,
  );
}

/** The part of the request that the flag makes. */
export function explainRequest({ explain = [] }: ExplainFlags): Pick<BuildRequest, 'explain'> {
  return { explain: explain.includes('cache') };
}

function parse(value: string, before: readonly Explanation[] = []): readonly Explanation[] {
  const chosen = value.split(',').map((name) => explanations.find((one) => one === name));
  const known = chosen.filter((one) => one !== undefined);
  if (known.length === chosen.length) return [...before, ...known];
  throw new InvalidArgumentError(`Allowed choices are ${explanations.join(', ')}.`);
}
