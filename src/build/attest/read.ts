// Reading attestations of images in the store.

import type { Descriptor, Manifest } from '../../oci/index.ts';
import type { ImageRecord, Store } from '../../store/index.ts';
import { scanTree } from './scanner/index.ts';
import { spdxDocument } from './spdx.ts';
import { predicateTypes, type Statement } from './statement.ts';

const largestStatement = 256 * 1024 * 1024;

/** The statements that the index `reference` has for its image. Throws `BLOB_CORRUPT` for one that was changed. */
export function attachedStatements(
  store: Store,
  reference: string,
  image: ImageRecord,
): readonly Statement[] {
  const index = store.images.findIndex(reference);
  return (index?.index.manifests ?? [])
    .filter((descriptor) => isAttachedTo(descriptor, image) && store.content.has(descriptor.digest))
    .flatMap(({ digest }) => statementsOf(store, digest));
}

/** The SPDX document of an image: what is attached to it, else what scanning it finds, dated as the image. */
export async function imageSbom(store: Store, reference: string, image: ImageRecord): Promise<object> {
  const attached = attachedStatements(store, reference, image).find(
    ({ predicateType }) => predicateType === predicateTypes.sbom,
  );
  if (attached) return attached.predicate;
  using lease = store.lease();
  lease.hold(image.layers);
  const { platform, names, config } = image;
  const made = Date.parse(config.created ?? '');
  const created = Number.isNaN(made) ? image.created : made;
  const scan = await scanTree(store.layers.view(image.layers));
  return spdxDocument(scan, { name: names[0], platform, created });
}

function isAttachedTo({ annotations = {} }: Descriptor, { manifestDigest }: ImageRecord): boolean {
  return (
    annotations['vnd.docker.reference.type'] === 'attestation-manifest' &&
    annotations['vnd.docker.reference.digest'] === manifestDigest
  );
}

function statementsOf({ content }: Store, manifest: string): readonly Statement[] {
  const { layers } = JSON.parse(content.read(manifest).toString()) as Manifest;
  return layers
    .filter(({ mediaType, digest }) => mediaType === 'application/vnd.in-toto+json' && content.has(digest))
    .map(({ digest }) => JSON.parse(content.read(digest, largestStatement).toString()) as Statement);
}
