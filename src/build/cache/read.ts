// Reading a cache by its root: our own manifest, an index in its place, or the inline cache of an image.

import type { Readable } from 'node:stream';
import {
  type Descriptor,
  type Digest,
  isDigest,
  isIndexType,
  isLayerType,
  isManifestType,
} from '../../oci/index.ts';
import { ociLayer } from '../export/manifest.ts';
import {
  cacheConfigType,
  inlineMember,
  type ListedLayer,
  type ListedSteps,
  members,
  parseCacheConfig,
  parseJson,
  parseSteps,
} from './format.ts';
import type { CachedResult, CacheLayer, ImportedCache } from './types.ts';

/** Where the blobs of a cache are. */
export interface BlobSource {
  /** Reads a blob whole and verifies it; throws over `limit` bytes. */
  read(blob: Descriptor, limit: number): Promise<Buffer>;
  /** The bytes of a blob, not verified. */
  open(blob: Descriptor): Promise<Readable>;
}

const manifestLimit = 16 << 20;
const configLimit = 64 << 20;
const mostImages = 100;

/** Reads the cache below `root`. Throws an error that says why it is none. */
export async function readCache(source: BlobSource, root: Descriptor, name: string): Promise<ImportedCache> {
  const manifest = members(parseJson(await source.read(root, manifestLimit)), 'its manifest');
  if (!isIndexType(root.mediaType)) return readManifest(source, manifest, name);
  const entries = descriptors(manifest['manifests']);
  const config = entries.find(({ mediaType }) => mediaType === cacheConfigType);
  if (config) return readOwn(source, config, entries, name);
  refuseForeign(entries.map(({ mediaType }) => mediaType));
  return readImages(source, entries, name);
}

/** The inline caches of all images of an index. */
async function readImages(
  source: BlobSource,
  entries: readonly Descriptor[],
  name: string,
): Promise<ImportedCache> {
  const images = entries.filter(
    ({ mediaType, platform }) => isManifestType(mediaType) && platform?.os !== 'unknown',
  );
  if (images.length > mostImages) throw new Error(`it lists more than ${mostImages} images`);
  const caches: ImportedCache[] = [];
  for (const image of images) {
    const manifest = members(parseJson(await source.read(image, manifestLimit)), 'a manifest');
    caches.push(await readManifest(source, manifest, name));
  }
  return {
    name,
    records: new Map(caches.flatMap(({ records }) => [...records])),
    links: new Map(caches.flatMap(({ links }) => [...links])),
    mounts: [],
  };
}

async function readManifest(
  source: BlobSource,
  manifest: Readonly<Record<string, unknown>>,
  name: string,
): Promise<ImportedCache> {
  const config = descriptor(manifest['config']);
  const layers = descriptors(manifest['layers']);
  if (config.mediaType === cacheConfigType) return readOwn(source, config, layers, name);
  refuseForeign([config.mediaType]);
  return inlineCache(source, await source.read(config, configLimit), layers, name);
}

function refuseForeign(types: readonly string[]): void {
  if (types.some((type) => type.startsWith('application/vnd.buildkit.')))
    throw new Error('it was written by BuildKit, whose form of caches Caisson does not read');
}

async function readOwn(
  source: BlobSource,
  config: Descriptor,
  blobs: readonly Descriptor[],
  name: string,
): Promise<ImportedCache> {
  const { layers, mounts, ...steps } = parseCacheConfig(await source.read(config, configLimit));
  const byDigest = new Map(blobs.map((blob) => [blob.digest, blob]));
  const found = layers.map((layer) => toLayer(source, layer, byDigest.get(layer.blob)));
  return {
    name,
    ...joined(steps, found),
    mounts: mounts.flatMap(({ id, base, layer: place }) => {
      const layer = found[place];
      return layer === undefined ? [] : [{ id, base, layer }];
    }),
  };
}

/** The cache in an image's config; the layers' times are those of its history. */
export function inlineCache(
  source: BlobSource,
  config: Buffer,
  blobs: readonly Descriptor[],
  name: string,
): ImportedCache {
  const { [inlineMember]: steps, rootfs, history } = members(parseJson(config), 'the config of the image');
  if (steps === undefined) throw new Error('it has no cache of Caisson in it');
  const { diff_ids: diffIds } = members(rootfs, 'rootfs');
  if (!Array.isArray(diffIds) || !diffIds.every(isDigest) || diffIds.length !== blobs.length)
    throw new Error('its config and its manifest do not have the same layers');
  const times = layerTimes(history);
  const layers = blobs.map((blob, place) => {
    const listed = { blob: blob.digest, diffId: diffIds[place] ?? '', created: times[place] ?? 0 };
    return toLayer(source, listed, blob);
  });
  return { name, ...joined(parseSteps(steps, diffIds), layers), mounts: [] };
}

function layerTimes(history: unknown): readonly number[] {
  if (!Array.isArray(history)) return [];
  const entries = history.map((entry: unknown) => members(entry, 'an entry of its history'));
  return entries
    .filter((entry) => entry['empty_layer'] !== true)
    .map(({ created }) => (typeof created === 'string' ? Date.parse(created) || 0 : 0));
}

function joined(
  { records, links }: ListedSteps,
  layers: readonly CacheLayer[],
): Pick<ImportedCache, 'records' | 'links'> {
  const results = records.map(({ key, parts, layers: places }): [Digest, CachedResult] => [
    key,
    { key, parts, layers: places.flatMap((place) => layers[place] ?? []) },
  ]);
  return { records: new Map(results), links: new Map(Object.entries(links)) };
}

function toLayer(
  source: BlobSource,
  { blob, diffId, created }: ListedLayer,
  found: Descriptor | undefined,
): CacheLayer {
  if (found === undefined) throw new Error(`its manifest does not list the layer "${blob}"`);
  if (!isLayerType(found.mediaType)) throw new Error(`"${found.mediaType}" is no type of layers`);
  return { diffId, created, descriptor: ociLayer(found), open: () => source.open(found) };
}

function descriptors(value: unknown): readonly Descriptor[] {
  if (!Array.isArray(value)) throw new Error('its manifest lists nothing');
  return value.map(descriptor);
}

function descriptor(value: unknown): Descriptor {
  const { mediaType, digest, size } = members(value, 'a descriptor');
  if (typeof mediaType === 'string' && isDigest(digest) && Number.isSafeInteger(size) && Number(size) >= 0)
    return value as Descriptor;
  throw new Error('its manifest has a descriptor that is none');
}
