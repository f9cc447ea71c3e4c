// `docker image inspect`'s description of an image.

import { familiarName, parseReference } from '../../oci/index.ts';
import type { ImageRecord } from '../../store/index.ts';

/** The description, with Docker's field names. */
export function inspectImage(image: ImageRecord): Readonly<Record<string, unknown>> {
  const { config, manifestDigest } = image;
  return {
    Id: image.id,
    RepoTags: image.names.map((name) => familiarName(parseReference(name))),
    RepoDigests: repositoryDigests(image),
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

/** As a registry knows them: a name that stands for an index has the index's digest. */
function repositoryDigests({ named }: ImageRecord): readonly string[] {
  return [
    ...new Set(
      Object.entries(named).map(([name, digest]) => {
        const { tag: _tag, ...repository } = parseReference(name);
        return familiarName({ ...repository, digest });
      }),
    ),
  ];
}
