// Images for registries, made byte by byte, and ways to put them there that are not ours.

import { gzipSync } from 'node:zlib';
import { type Descriptor, type Index, mediaTypes, type Platform, sha256 } from '../../../src/oci/index.ts';
import { archiveOf, type Member } from '../../oci/tar/archive.ts';

/** A layer as a registry has it. */
export interface SampleLayer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
  readonly bytes: Buffer;
}

/** A manifest or index with all blobs it needs. */
export interface Sample {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  readonly blobs: ReadonlyMap<string, Buffer>;
  /** Manifests that it lists. */
  readonly manifests: readonly Sample[];
}

/** Bytes with their descriptor. */
export function described(bytes: Buffer, mediaType: string): Descriptor {
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}

/** A layer of tar entries, compressed as said. */
export function layerOf(
  members: readonly Member[] | Buffer,
  {
    mediaType = mediaTypes.ociLayerGzip as string,
    compress = (bytes: Buffer): Buffer => gzipSync(bytes),
  } = {},
): SampleLayer {
  const tar = Buffer.isBuffer(members) ? members : archiveOf(...members);
  const bytes = compress(tar);
  return { descriptor: described(bytes, mediaType), diffId: sha256(tar), bytes };
}

/** How an image differs from the usual one. */
export interface ImageShape {
  readonly platform?: Platform;
  readonly docker?: boolean;
  readonly diffIds?: readonly string[];
  readonly manifest?: object;
  readonly config?: object;
}

/** An image of layers. */
export function imageOf(
  layers: readonly SampleLayer[],
  { platform = { os: 'linux', architecture: 'amd64' }, docker = false, ...shape }: ImageShape = {},
): Sample {
  const config = json({
    ...platform,
    config: { Cmd: ['/bin/true'] },
    rootfs: { type: 'layers', diff_ids: shape.diffIds ?? layers.map(({ diffId }) => diffId) },
    ...shape.config,
  });
  const bytes = json({
    schemaVersion: 2,
    mediaType: docker ? mediaTypes.dockerManifest : mediaTypes.ociManifest,
    config: described(config, docker ? mediaTypes.dockerConfig : mediaTypes.ociConfig),
    layers: layers.map(({ descriptor }) => descriptor),
    ...shape.manifest,
  });
  return {
    descriptor: {
      ...described(bytes, docker ? mediaTypes.dockerManifest : mediaTypes.ociManifest),
      platform,
    },
    bytes,
    blobs: new Map([
      [sha256(config), config],
      ...layers.map((layer) => [layer.descriptor.digest, layer.bytes] as const),
    ]),
    manifests: [],
  };
}

/** The sample as an index lists it that says no platform of it. */
export function withoutPlatform({ descriptor, ...sample }: Sample): Sample {
  const { mediaType, digest, size } = descriptor;
  return { ...sample, descriptor: { mediaType, digest, size } };
}

/** An index of manifests. */
export function indexOf(manifests: readonly Sample[], docker = false): Sample {
  const mediaType = docker ? mediaTypes.dockerIndex : mediaTypes.ociIndex;
  const index: Index = {
    schemaVersion: 2,
    mediaType,
    manifests: manifests.map(({ descriptor }) => descriptor),
  };
  const bytes = json(index);
  return { descriptor: described(bytes, mediaType), bytes, blobs: new Map(), manifests };
}

/** Puts a sample into a registry by plain requests. */
export async function upload(url: string, repository: string, tag: string, sample: Sample): Promise<void> {
  for (const manifest of sample.manifests)
    await upload(url, repository, manifest.descriptor.digest, manifest);
  for (const [digest, bytes] of sample.blobs)
    await uploadBlob(`${url}/v2/${repository}/blobs`, digest, bytes);
  await put(`${url}/v2/${repository}/manifests/${tag}`, sample.bytes, sample.descriptor.mediaType);
}

async function uploadBlob(blobs: string, digest: string, bytes: Buffer): Promise<void> {
  const begun = await fetch(`${blobs}/uploads/`, { method: 'POST' });
  const place = new URL(begun.headers.get('location') ?? '', blobs);
  place.searchParams.set('digest', digest);
  await put(place.href, bytes, 'application/octet-stream');
}

async function put(url: string, body: Buffer, type: string): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    body: new Uint8Array(body),
    headers: { 'content-type': type },
  });
  if (!response.ok) throw new Error(`PUT ${url}: ${response.status} ${await response.text()}`);
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
