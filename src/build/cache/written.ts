// A cache as blobs: layers in the form asked for, the config, and the manifest or index that lists them.

import { Readable } from 'node:stream';
import { type Descriptor, type Digest, mediaTypes, sha256 } from '../../oci/index.ts';
import { goJson } from '../export/go-json.ts';
import { dockerLayer, indexType, manifestType } from '../export/manifest.ts';
import type { CollectServices, StepLayer, StepResults } from './collect.ts';
import { type CacheConfig, cacheConfigType } from './format.ts';
import { listedSteps } from './inline.ts';
import type { CachedMount, CacheForm, CacheLayer } from './types.ts';

/** Bytes to be written. */
export interface WrittenBlob {
  readonly descriptor: Descriptor;
  readonly open: () => Promise<Readable>;
}

/** A cache ready to be written anywhere. */
export interface WrittenCache {
  readonly root: Descriptor;
  /** Layers first, the root last; each once. */
  readonly blobs: readonly WrittenBlob[];
}

/** The contents of a cache. */
export interface CacheContents {
  readonly steps: StepResults;
  readonly mounts: readonly CachedMount[];
}

/** Compresses what is not in that form yet. Throws what reading and compressing throw. */
export async function writtenCache(
  { steps, mounts }: CacheContents,
  form: CacheForm,
  services: CollectServices,
): Promise<WrittenCache> {
  const unique = [...new Map(steps.results.flatMap(({ layers }) => layers.map(byDiffId))).values()];
  const formed = await Promise.all(unique.map((layer) => formedLayer(layer, form, services)));
  const layers = [...formed, ...mounts.map(({ layer }) => layer)];
  const config: CacheConfig = {
    layers: layers.map(({ descriptor, diffId, created }) => ({ blob: descriptor.digest, diffId, created })),
    ...listedSteps(
      steps,
      unique.map(({ diffId }) => diffId),
      formed.map(({ diffId }) => diffId),
    ),
    mounts: mounts.map(({ id, base }, place) => ({ id, base, layer: formed.length + place })),
  };
  return assemble(layers, config, form);
}

/** A layer of the store wins over the same one in a cache. */
function byDiffId(layer: StepLayer): readonly [Digest, StepLayer] {
  return [layer.diffId, layer];
}

/** A layer that is still outside is passed on as it is, unless it must be compressed anew. */
async function formedLayer(
  { id, outside, created }: StepLayer,
  { compression, forceCompression: force }: CacheForm,
  { store, imports }: CollectServices,
): Promise<CacheLayer> {
  if (outside !== undefined && !force) return outside;
  const layer = id ?? (outside && (await imports?.bringLayer(outside)));
  if (layer === undefined) throw new Error('A layer of a cache is nowhere');
  const { diffId, descriptor, open } = await store.layers.formed(layer, { compression, force });
  return { diffId, descriptor, created, open };
}

function assemble(
  layers: readonly CacheLayer[],
  config: CacheConfig,
  { ociMediaTypes: oci, imageManifest }: CacheForm,
): WrittenCache {
  const configBlob = bytesBlob(cacheConfigType, Buffer.from(goJson(config)));
  const listed = [...new Map(layers.map((layer) => [layer.descriptor.digest, layer])).values()];
  const described = listed.map(({ descriptor }) => (oci ? descriptor : dockerLayer(descriptor)));
  const root = imageManifest
    ? {
        schemaVersion: 2,
        mediaType: manifestType(oci),
        config: configBlob.descriptor,
        layers: described,
      }
    : {
        schemaVersion: 2,
        mediaType: indexType(oci),
        manifests: [...described, configBlob.descriptor],
      };
  const blobs = listed.map(({ open }, place) => ({
    descriptor: described[place] ?? { mediaType: mediaTypes.ociLayer, digest: '', size: 0 },
    open,
  }));
  const rootBlob = bytesBlob(root.mediaType, Buffer.from(goJson(root)));
  return { root: rootBlob.descriptor, blobs: [...blobs, configBlob, rootBlob] };
}

function bytesBlob(mediaType: string, bytes: Buffer): WrittenBlob {
  return {
    descriptor: { mediaType, digest: sha256(bytes), size: bytes.length },
    open: async () => Readable.from([bytes], { objectMode: false }),
  };
}
