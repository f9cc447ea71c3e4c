// Images to push, and a look at registries that is not ours: plain requests.

import { createCipheriv, createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type Descriptor,
  type Digest,
  type Index,
  type Manifest,
  mediaTypes,
  type Platform,
  sha256,
} from '../../../src/oci/index.ts';
import type { ImageRecord, IndexRecord, Store } from '../../../src/store/index.ts';

/** Files of a layer. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Text that compresses, and is like no other. */
export function text(seed: string, size: number): string {
  const words = Array.from({ length: 64 }, (_, index) => sha256(`${seed} ${index % 16}`).slice(7, 40));
  return words
    .join(' ')
    .repeat(Math.ceil(size / 2000))
    .slice(0, size);
}

/** Bytes that do not compress, the same for the same seed. */
export function noise(seed: string, size: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** How an image is made. */
export interface SampleOptions {
  readonly platform?: Platform;
  readonly names?: readonly string[];
  readonly docker?: boolean;
}

/** An image as builds leave it in the store: each layer a folder, listed as an uncompressed tar. */
export async function addImage(
  store: Store,
  layers: readonly Files[],
  { platform = { os: 'linux', architecture: 'amd64' }, names = [], docker = false }: SampleOptions = {},
): Promise<ImageRecord> {
  const kept = layers.map((files) => addLayer(store, files));
  const diffs = await Promise.all(kept.map((id) => store.layers.diff(id)));
  const config = jsonBytes({
    ...platform,
    config: { Cmd: ['/bin/true'] },
    rootfs: { type: 'layers', diff_ids: diffs.map(({ diffId }) => diffId) },
  });
  const manifest = jsonBytes({
    schemaVersion: 2,
    mediaType: docker ? mediaTypes.dockerManifest : mediaTypes.ociManifest,
    config: {
      mediaType: docker ? mediaTypes.dockerConfig : mediaTypes.ociConfig,
      digest: sha256(config),
      size: config.length,
    },
    layers: diffs.map(({ diffId, size }) => ({
      mediaType: docker ? mediaTypes.dockerLayer : mediaTypes.ociLayer,
      digest: diffId,
      size,
    })),
  });
  return store.images.add({ config, manifest, layers: kept, names });
}

function addLayer(store: Store, files: Files): string {
  const draft = store.layers.draft();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(draft.upper, path)), { recursive: true });
    writeFileSync(join(draft.upper, path), content);
  }
  return store.layers.keep(draft).id;
}

/** An index of two platforms, each with a statement about it, as builds with attestations leave them. */
export async function addIndex(store: Store, layers: readonly Files[], name: string): Promise<IndexRecord> {
  const platforms = ['amd64', 'arm64'].map((architecture) => ({ os: 'linux', architecture }));
  const images = await Promise.all(
    platforms.map((platform) =>
      addImage(store, [...layers, { [`etc/${platform.architecture}`]: 'here' }], { platform }),
    ),
  );
  const statements = images.map((image) => addStatement(store, image));
  const index: Index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [
      ...images.map(({ manifestDigest: digest, manifestSize: size, platform }) => ({
        mediaType: mediaTypes.ociManifest,
        digest,
        size,
        platform,
      })),
      ...statements.map(({ listed }) => listed),
    ],
  };
  return store.images.addIndex({
    index: jsonBytes(index),
    images: images.map(({ manifestDigest }) => manifestDigest),
    blobs: statements.flatMap(({ blobs }) => blobs),
    names: [name],
  });
}

function addStatement(
  { content }: Store,
  { manifestDigest, manifest: { layers } }: ImageRecord,
): { readonly listed: Descriptor; readonly blobs: readonly Digest[] } {
  const statement = content.put(
    jsonBytes({
      _type: 'https://in-toto.io/Statement/v0.1',
      predicateType: 'https://slsa.dev/provenance/v1',
      subject: [{ name: 'pkg:docker/app', digest: { sha256: manifestDigest.slice(7) } }],
      predicate: { layers: { step0: [layers] } },
    }),
    'application/vnd.in-toto+json',
  );
  const config = content.put(
    jsonBytes({
      architecture: 'unknown',
      os: 'unknown',
      config: {},
      rootfs: { type: 'layers', diff_ids: [statement.digest] },
    }),
    mediaTypes.ociConfig,
  );
  const manifest = content.put(
    jsonBytes({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [statement] }),
    mediaTypes.ociManifest,
  );
  const annotations = {
    'vnd.docker.reference.digest': manifestDigest,
    'vnd.docker.reference.type': 'attestation-manifest',
  };
  return {
    listed: { ...manifest, annotations, platform: { architecture: 'unknown', os: 'unknown' } },
    blobs: [statement.digest, config.digest, manifest.digest],
  };
}

function jsonBytes(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** What a registry gives to anybody who asks. */
export interface Look {
  /** A manifest with the digest of its bytes, which the registry must name too. */
  manifest<Type = Manifest>(reference: string): Promise<{ readonly digest: Digest; readonly json: Type }>;
  /** A blob that has its digest. */
  blob(digest: Digest): Promise<Buffer>;
  /** The diffID of a layer: the digest of what it decompresses to. */
  diffId(layer: Descriptor): Promise<Digest>;
}

const accepted = [
  mediaTypes.ociIndex,
  mediaTypes.ociManifest,
  mediaTypes.dockerIndex,
  mediaTypes.dockerManifest,
].join(', ');

/** A look at a repository, by plain requests; throws where it gives something else than was asked for. */
export function lookAt(url: string, repository: string): Look {
  const get = async (path: string, headers: Record<string, string>): Promise<Response> => {
    const response = await fetch(`${url}/v2/${repository}/${path}`, { headers });
    if (response.ok) return response;
    throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  };
  const look: Look = {
    async manifest(reference) {
      const response = await get(`manifests/${reference}`, { accept: accepted });
      const bytes = Buffer.from(await response.arrayBuffer());
      const digest = sha256(bytes);
      if (response.headers.get('docker-content-digest') !== digest) throw new Error('The digest is not told');
      return { digest, json: JSON.parse(bytes.toString()) };
    },
    async blob(digest) {
      const response = await get(`blobs/${digest}`, {});
      const bytes = Buffer.from(await response.arrayBuffer());
      if (sha256(bytes) !== digest) throw new Error(`${digest} has other bytes`);
      return bytes;
    },
    async diffId({ mediaType, digest }) {
      const bytes = await look.blob(digest);
      return sha256(mediaType.endsWith('gzip') ? gunzipSync(bytes) : bytes);
    },
  };
  return look;
}
