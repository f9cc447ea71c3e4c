// Receiving the layers of images: several at once, each once; the first failure stops the others.

import type { Descriptor, Digest } from '../../oci/index.ts';
import type { LayerId, LayerStore } from '../../store/index.ts';
import { eachOf } from '../each.ts';
import type { RemoteRepository } from '../types.ts';
import type { ListedLayer } from './manifest.ts';
import { asVertex, planVertices, type Telling } from './vertex.ts';

/** What layers are received with. */
export interface LayerServices {
  readonly repository: RemoteRepository;
  readonly layers: LayerStore;
}

/** How they are received. */
export interface LayerOptions extends Telling {
  readonly parallelism: number;
  /** Layers that are there with their blobs, by {@link layerKey}. */
  readonly known: ReadonlyMap<string, LayerId>;
}

/** Brings in what is not there yet, blobs as they are listed; gives where each diffID is. */
export async function receiveLayers(
  listed: readonly ListedLayer[],
  services: LayerServices,
  options: LayerOptions,
): Promise<ReadonlyMap<Digest, LayerId>> {
  const found = new Map<Digest, LayerId>();
  const pending = [...new Map(listed.map((layer) => [layerKey(layer), layer])).values()];
  planVertices(
    pending.map(({ descriptor }) => vertexOf(descriptor)),
    options,
  );
  await eachOf(pending, options.parallelism, options.signal, async (layer, signal) => {
    found.set(layer.diffId, await receiveOne(layer, services, { ...options, signal }));
  });
  return found;
}

/** A blob and what it is said to hold. */
export function layerKey({ descriptor, diffId }: ListedLayer): string {
  return `${descriptor.digest} ${diffId}`;
}

function vertexOf({ digest }: Descriptor): string {
  return `pulling ${digest}`;
}

async function receiveOne(
  { descriptor, diffId }: ListedLayer,
  { repository, layers }: LayerServices,
  options: LayerOptions,
): Promise<LayerId> {
  let received = false;
  const known = options.known.get(layerKey({ descriptor, diffId }));
  return asVertex(
    vertexOf(descriptor),
    options,
    async (progress) => {
      if (known !== undefined) return known;
      const { id } = await layers.receive(descriptor, diffId, {
        signal: options.signal,
        open: (offset, signal) => {
          received = true;
          return repository.blob(descriptor, { offset, signal });
        },
        onProgress: (bytes) => progress('receiving', bytes, descriptor.size),
        onWait: (bytes) => progress('another process receives it:', bytes, descriptor.size),
      });
      return id;
    },
    () => !received,
  );
}
