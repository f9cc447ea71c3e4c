// The caches that a build may use: read when it begins, their layers brought when a result is needed.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type EventSink, isCaissonError, messageOf } from '../../core/index.ts';
import type { Descriptor } from '../../oci/index.ts';
import type { LayerId, Store } from '../../store/index.ts';
import { withVertex } from '../phase.ts';
import { readLocal } from './read-local.ts';
import { readReference } from './read-registry.ts';
import type {
  BroughtResult,
  CachedMount,
  CachedResult,
  CacheImports,
  CacheLayer,
  CacheSource,
  CacheTransport,
  ImportedCache,
} from './types.ts';

/** What caches are read with. */
export interface ImportServices {
  readonly store: Store;
  readonly cacheTransport?: CacheTransport;
}

/** How reading is watched and stopped. */
export interface ImportOptions {
  readonly onEvent: EventSink;
  readonly signal: AbortSignal;
}

/** Reads the caches, in their order; one that cannot be read is told and left out. */
export async function openImports(
  sources: readonly CacheSource[],
  services: ImportServices,
  options: ImportOptions,
): Promise<CacheImports | undefined> {
  if (sources.length === 0) return undefined;
  const caches = await Promise.all(sources.map((source) => read(source, services, options)));
  return importsOf(
    caches.filter((cache) => cache !== undefined),
    services.store,
    options,
  );
}

function read(
  source: CacheSource,
  { store, cacheTransport: transport }: ImportServices,
  { onEvent, signal }: ImportOptions,
): Promise<ImportedCache | undefined> {
  const place = source.kind === 'local' ? source.src : source.ref;
  return withVertex(onEvent, `importing cache manifest from ${place}`, async (vertex) => {
    try {
      if (source.kind === 'local') return await readLocal(source);
      return await readReference(
        { name: source.ref, insecure: source.insecure },
        { store, transport, signal },
      );
    } catch (error) {
      signal.throwIfAborted();
      const message = `The cache "${place}" is not used: ${messageOf(error)}`;
      onEvent({ kind: 'warning', message, vertex, time: Date.now() });
      return undefined;
    }
  });
}

interface State {
  readonly caches: readonly ImportedCache[];
  readonly store: Store;
  readonly options: ImportOptions;
  /** Results that turned out not to be whole. */
  readonly broken: Set<CachedResult>;
  readonly layers: Map<CacheLayer, Promise<LayerId>>;
  brought: boolean;
}

function importsOf(caches: readonly ImportedCache[], store: Store, options: ImportOptions): CacheImports {
  const state: State = { caches, store, options, broken: new Set(), layers: new Map(), brought: false };
  return {
    link: (definition) => first(caches, ({ links }) => links.get(definition)),
    find: (key) =>
      first(caches, ({ records }) => {
        const result = records.get(key);
        return result && !state.broken.has(result) ? result : undefined;
      }),
    bring: (key) => bring(state, key),
    bringLayer: (layer) => bringLayer(state, layer),
    mounts: caches.flatMap(({ mounts }) => mounts),
    restoreMount: (key, folder) => restoreMount(state, findMount(state, key.id, key.base), folder),
    get brought() {
      return state.brought;
    },
  };
}

function first<T>(
  caches: readonly ImportedCache[],
  look: (cache: ImportedCache) => T | undefined,
): T | undefined {
  for (const cache of caches) {
    const found = look(cache);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function bring(state: State, key: string): Promise<BroughtResult | undefined> {
  for (const { name, records } of state.caches) {
    const result = records.get(key);
    if (result === undefined || state.broken.has(result)) continue;
    try {
      const layers = await Promise.all(result.layers.map((layer) => bringLayer(state, layer)));
      return { layers, parts: result.parts, from: name };
    } catch (error) {
      rethrowOwn(error, state.options.signal);
      state.broken.add(result);
      tell(state, `A result from ${name} is not used: ${messageOf(error)}`);
    }
  }
  return undefined;
}

/** What is not the cache's fault stops the build. */
function rethrowOwn(error: unknown, signal: AbortSignal): void {
  signal.throwIfAborted();
  if (isCaissonError(error, 'DISK_FULL')) throw error;
}

function tell({ options }: State, message: string): void {
  options.onEvent({ kind: 'warning', message, time: Date.now() });
}

/** Once for each layer; one that the store has, from a base image or another cache, is not read. */
function bringLayer(state: State, layer: CacheLayer): Promise<LayerId> {
  const known = state.layers.get(layer);
  if (known) return known;
  const coming = unpackLayer(state, layer);
  state.layers.set(layer, coming);
  return coming;
}

async function unpackLayer(state: State, layer: CacheLayer): Promise<LayerId> {
  const { layers } = state.store;
  const known = layers.byDiffId(layer.diffId);
  if (known) return known.id;
  const blob = await receive(state, layer);
  const { id } = await layers.unpack(blob, layer.diffId, layer.created);
  state.brought = true;
  return id;
}

/** Verified while it is received: digest and size are those of the descriptor. */
async function receive({ store: { content } }: State, { descriptor, open }: CacheLayer): Promise<Descriptor> {
  const { mediaType, digest, size } = descriptor;
  if (content.size(digest) !== size) await content.ingest(await open(), mediaType, { digest, size });
  return descriptor;
}

function findMount({ caches }: State, id: string, base: string): CachedMount | undefined {
  return first(caches, ({ mounts }) => mounts.find((mount) => mount.id === id && mount.base === base));
}

async function restoreMount(state: State, mount: CachedMount | undefined, folder: string): Promise<boolean> {
  if (mount === undefined) return false;
  try {
    const blob = await receive(state, mount.layer);
    await state.store.cacheMounts.unpack({ blob, diffId: mount.layer.diffId }, folder);
    return true;
  } catch (error) {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
    rethrowOwn(error, state.options.signal);
    tell(state, `The contents of the cache mount "${mount.id}" are not used: ${messageOf(error)}`);
    return false;
  }
}
