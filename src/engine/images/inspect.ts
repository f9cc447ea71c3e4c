// `docker image inspect`'s description of an image.

import { familiarName, parseReference } from '../../oci/index.ts';
import type { ImageRecord } from '../../store/index.ts';

/** The description, with Docker's field names; `pulledFrom` are repositories that are known to have it. */
export function inspectImage(
  image: ImageRecord,
  pulledFrom: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const { config, manifestDigest } = image;
  return {
    Id: image.id,
    RepoTags: image.names.map((name) => familiarName(parseReference(name))),
    RepoDigests: repositoryDigests(image, pulledFrom),
    Comment: config.history?.at(-1)?.comment ?? '',
    Created: config.created ?? '',
    Author: config.author ?? '',
    Architecture: config.architecture,
    ...(config.variant === undefined ? {} : { Variant: config.variant }),
    Os: config.os,
    Size: image.size,
    Config: config.config ?? {},
    RootFS: { Type: 'layers', Layers: config.rootfs.diff_ids },
    Descriptor: { mediaType: image.manifest.mediaType, digest: manifestDigest, size: image.manifestSize },
  };
}

/** As registries know it: under its names, or where it was pulled from by digest alone. */
function repositoryDigests(
  { named, manifestDigest: digest }: ImageRecord,
  pulledFrom: readonly string[],
): readonly string[] {
  const names = Object.entries(named);
  const known = names.length > 0 ? names : pulledFrom.map((name) => [name, digest] as const);
  return [
    ...new Set(
      known.map(([name, digest]) => {
        const { tag: _tag, ...repository } = parseReference(name);
        return familiarName({ ...repository, digest });
      }),
    ),
  ];
}
