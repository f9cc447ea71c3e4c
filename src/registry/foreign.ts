// Layers that are not to be handed on: of a media type that says so, with addresses to fetch them from (image-spec, layer.md#non-distributable-layers).

import type { Descriptor } from '../oci/index.ts';

/** Whether a layer is to be fetched from its own addresses. In a stored manifest the URLs may be null. */
export function isForeign({ mediaType, urls }: Descriptor): boolean {
  return (urls?.length ?? 0) > 0 && /nondistributable|\.foreign\./.test(mediaType);
}
