// Archives for the tests: tars of given members, and images to put into them.

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { type Descriptor, mediaTypes, sha256 } from '../../../src/oci/index.ts';

/** A member of a tar: a file's content, or a header of its own. */
export type Member =
  | readonly [name: string, content: Buffer | string]
  | (Partial<Header> & { readonly name: string });

/** A tar of `members`. */
export async function tarOf(members: readonly Member[]): Promise<Buffer> {
  const tar = pack();
  for (const member of members) {
    if ('name' in member) tar.entry(member);
    else tar.entry({ name: member[0], mtime: new Date(0) }, member[1]);
  }
  tar.finalize();
  return await buffer(tar as unknown as Readable);
}

/** The bytes as a stream of pieces. */
export function streamOf(bytes: Buffer): Readable {
  const pieces = Array.from({ length: Math.ceil(bytes.length / 50_000) }, (_, index) =>
    bytes.subarray(index * 50_000, (index + 1) * 50_000),
  );
  return Readable.from(pieces, { objectMode: false });
}

/** An image as bytes: layers, config, manifest. */
export interface SampleImage {
  readonly layer: Buffer;
  readonly blob: Buffer;
  readonly config: Buffer;
  readonly manifest: Buffer;
}

/** An image of one layer, kept as gzip or as it is. */
export async function sampleImage(
  options: { readonly gzip?: boolean; readonly architecture?: string } = {},
): Promise<SampleImage> {
  const { architecture = 'amd64' } = options;
  const layer = await tarOf([
    { name: 'etc/', type: 'directory', mode: 0o755 },
    ['etc/arch', architecture],
    { name: 'etc/link', type: 'symlink', linkname: '/etc/arch' },
  ]);
  const blob = options.gzip ? gzipSync(layer) : layer;
  const config = Buffer.from(
    JSON.stringify({ os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: [sha256(layer)] } }),
  );
  const type = options.gzip ? mediaTypes.ociLayerGzip : mediaTypes.ociLayer;
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: descriptorOf(config, mediaTypes.ociConfig),
      layers: [descriptorOf(blob, type)],
    }),
  );
  return { layer, blob, config, manifest };
}

/** A descriptor of `bytes`, with more properties. */
export function descriptorOf(bytes: Buffer, mediaType: string, more: Partial<Descriptor> = {}): Descriptor {
  return { mediaType, digest: sha256(bytes), size: bytes.length, ...more };
}

/** The path of a blob in an image layout, and its bytes. */
export function blobMember(bytes: Buffer): Member {
  return [`blobs/sha256/${sha256(bytes).slice(7)}`, bytes];
}

/** An image layout whose `index.json` lists `entries`. */
export function layoutMembers(entries: readonly Descriptor[], blobs: readonly Buffer[]): readonly Member[] {
  return [
    ['oci-layout', '{"imageLayoutVersion":"1.0.0"}'],
    ['index.json', JSON.stringify({ schemaVersion: 2, manifests: entries })],
    ...blobs.map(blobMember),
  ];
}

/** The layout of one image, named `sample:1`. */
export function imageLayout(image: SampleImage): readonly Member[] {
  const annotations = { 'io.containerd.image.name': 'docker.io/library/sample:1' };
  const entry = descriptorOf(image.manifest, mediaTypes.ociManifest, { annotations });
  return layoutMembers([entry], [image.manifest, image.config, image.blob]);
}
