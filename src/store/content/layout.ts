// The files that make the root an OCI image layout (image-spec, image-layout.md): `oci-layout` and `index.json`.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../core/index.ts';
import { type Descriptor, familiarName, mediaTypes, parseReference } from '../../oci/index.ts';
import type { ContentStore, ImageRecord, ImageStore, IndexRecord } from '../types.ts';

/** Marks `root` as an image layout, once; a layout without images has an index that lists none. */
export function ensureLayout(root: string): void {
  const file = join(root, 'oci-layout');
  if (existsSync(file)) return;
  try {
    writeFileSync(join(root, 'index.json'), formatIndex([]), { flag: 'wx' });
  } catch (error) {
    // Another process may have begun the layout at the same time, and its index may list an image by now.
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  writeFileSync(file, '{"imageLayoutVersion":"1.0.0"}');
}

/**
 * Lists in `index.json` the images whose blobs are all there, so that any OCI tool reads the root in place. Call it
 * inside a transaction: the transaction's lock keeps two writers apart. A reader sees the old file or the new one.
 */
export function writeIndex(root: string, images: ImageStore, content: ContentStore): void {
  const text = indexText(images, content);
  const file = join(root, 'index.json');
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** What `index.json` should say. */
export function indexText(images: ImageStore, content: ContentStore): string {
  const indexes = images.listIndexes().filter((index) => isWhole(index, content));
  const within = new Set(indexes.flatMap(({ index }) => index.manifests.map(({ digest }) => digest)));
  const alone = images
    .list(content.has)
    .filter((image) => isComplete(image, content) && !within.has(image.manifestDigest));
  return formatIndex([
    ...indexes.flatMap((index) => entriesOf(descriptorOf(index), index.names)),
    ...alone.flatMap((image) => entriesOf({ ...manifestOf(image), platform: image.platform }, image.names)),
  ]);
}

function isWhole({ digest, images }: IndexRecord, content: ContentStore): boolean {
  return content.has(digest) && images.length > 0 && images.every((image) => isComplete(image, content));
}

function descriptorOf({ index, digest, size }: IndexRecord): Descriptor {
  return { mediaType: index.mediaType ?? mediaTypes.ociIndex, digest, size };
}

function manifestOf({ manifest, manifestDigest, manifestSize }: ImageRecord): Descriptor {
  return { mediaType: manifest.mediaType, digest: manifestDigest, size: manifestSize };
}

function formatIndex(manifests: readonly object[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
}

function isComplete({ manifestDigest, manifest }: ImageRecord, content: ContentStore): boolean {
  return (
    content.has(manifestDigest) &&
    content.has(manifest.config.digest) &&
    manifest.layers.every((layer) => content.has(layer.digest))
  );
}

/** An entry a name, as `skopeo` and `podman` expect them; one without a name for an image that has none. */
function entriesOf(descriptor: Descriptor, names: readonly string[]): readonly object[] {
  if (names.length === 0) return [descriptor];
  return names.map((name) => ({
    ...descriptor,
    annotations: {
      'io.containerd.image.name': name,
      'org.opencontainers.image.ref.name': familiarName(parseReference(name)),
    },
  }));
}
