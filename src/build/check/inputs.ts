// What a check reads: the Dockerfile, and the folder whose ignore file counts.

import { type OpenedSources, readInputs, type SourceRequest } from '../sources/index.ts';

/** A build's sources as far as checks need them; a context that is no folder of this machine has no `local`. */
export type CheckInputs = Pick<OpenedSources, 'dockerfile' | 'local' | 'tree'> &
  Partial<Pick<OpenedSources, 'context' | 'namedContexts'>>;

/** The inputs of a context folder on this machine. Throws what reading them throws. */
export function localInputs({
  context,
  dockerfile,
}: Pick<SourceRequest, 'context' | 'dockerfile'>): CheckInputs {
  const local = readInputs(context, dockerfile);
  return { dockerfile: { text: local.text, name: local.name, path: local.dockerfile }, local };
}

/** What planning is to know of them. */
export function plannedInputs({ dockerfile: { text, name }, context, namedContexts }: CheckInputs): Pick<
  CheckInputs,
  'context' | 'namedContexts'
> & {
  readonly dockerfile: { readonly text: string; readonly name: string };
} {
  return {
    dockerfile: { text, name },
    ...(context === undefined ? {} : { context }),
    ...(namedContexts === undefined ? {} : { namedContexts }),
  };
}
