// Named contexts: what takes the place of images and stages (`--build-context`). Names compare as image references do.

import { formatReference, parseReference } from '../../oci/index.ts';
import type { NamedContext } from '../named-context.ts';
import type { PlanOptions } from '../types.ts';

type Named = Pick<PlanOptions, 'namedContexts'>;

/** What the build gives in place of the image with this full reference. */
export function contextFor({ namedContexts }: Named, reference: string): NamedContext | undefined {
  return namedContexts?.get(reference);
}

/** The reference to look for where `reference` is asked for: another one where a named context says so, none where it is no image. */
export function imageInstead(options: Named, reference: string): string | undefined {
  const context = contextFor(options, reference);
  if (context === undefined) return reference;
  return context.kind === 'image' ? (context.digest ?? context.reference) : undefined;
}

/** The key of a context's name: `alpine`, `alpine:latest` and `docker.io/library/alpine` are one. Throws `REFERENCE_INVALID`. */
export function contextKey(name: string): string {
  return formatReference(parseReference(name));
}

/** The key of a stage's name where a context of this name takes the stage's place. */
export function replacedStage(options: Named, name: string | undefined): string | undefined {
  if (name === undefined || options.namedContexts === undefined || !/^[a-z][a-z0-9._-]*$/.test(name))
    return undefined;
  const key = `docker.io/library/${name}:latest`;
  return options.namedContexts.has(key) ? key : undefined;
}
