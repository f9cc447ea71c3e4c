// Writing caches when a build is done: every one that was asked for, each whole or not at all.

import { CaissonError, type EventSink, messageOf } from '../../core/index.ts';
import { type Digest, formatReference, parseReference } from '../../oci/index.ts';
import type { LayerId, Store } from '../../store/index.ts';
import { withVertex } from '../phase.ts';
import { type CollectServices, collectMounts, collectSteps, type StepResults, within } from './collect.ts';
import type { CacheTarget, CacheTransport, InlineCacheTarget, SolvedStep } from './types.ts';
import { writeLocal } from './write-local.ts';
import { type WrittenCache, writtenCache } from './written.ts';

/** What caches are written from. */
export interface CacheOutcome {
  readonly steps: readonly SolvedStep[];
  /** The layers of each image, bottom first. */
  readonly images: readonly (readonly LayerId[])[];
  /** The ids of the cache mounts of the build's steps. */
  readonly mounts: ReadonlySet<string>;
}

/** What caches are written with. */
export interface CacheExportServices extends CollectServices {
  readonly cacheTransport?: CacheTransport;
}

/** How writing is watched and stopped. */
export interface CacheExportOptions {
  readonly onEvent: EventSink;
  readonly signal: AbortSignal;
}

type WrittenTarget = Exclude<CacheTarget, InlineCacheTarget>;

/** Says before anything is built that a cache cannot be written. Throws `CACHE_UNAVAILABLE`. */
export function checkCacheTargets(
  targets: readonly CacheTarget[],
  { cacheTransport }: Pick<CacheExportServices, 'cacheTransport'>,
): void {
  for (const target of targets)
    if (target.kind === 'registry' && !target.ignoreError) requireTransport(cacheTransport, target.ref);
}

/** Writes the caches, in order; a failure counts unless it was said to be ignored. Throws `CACHE_EXPORT_FAILED`, `CACHE_UNAVAILABLE`. */
export async function exportCaches(
  outcome: CacheOutcome,
  targets: readonly CacheTarget[],
  services: CacheExportServices,
  options: CacheExportOptions,
): Promise<void> {
  const written = targets.filter((target) => target.kind !== 'inline');
  if (written.length === 0) return;
  const steps = await collectSteps(outcome.steps, services);
  for (const target of written)
    await withVertex(options.onEvent, titleOf(target), async (vertex) => {
      try {
        await exportOne(outcome, steps, target, services, options.signal);
      } catch (error) {
        options.signal.throwIfAborted();
        if (!target.ignoreError) throw failed(target, error);
        const message = `The cache "${placeOf(target)}" was not written: ${messageOf(error)}`;
        options.onEvent({ kind: 'warning', message, vertex, time: Date.now() });
      }
    });
}

/** As BuildKit names them. */
function titleOf(target: WrittenTarget): string {
  return target.kind === 'local' ? 'exporting cache to client directory' : 'exporting cache to registry';
}

function placeOf(target: WrittenTarget): string {
  return target.kind === 'local' ? target.dest : target.ref;
}

async function exportOne(
  outcome: CacheOutcome,
  steps: StepResults,
  target: WrittenTarget,
  services: CacheExportServices,
  signal: AbortSignal,
): Promise<void> {
  const { store, cacheTransport } = services;
  const transport = target.kind === 'registry' ? requireTransport(cacheTransport, target.ref) : undefined;
  const chosen = target.mode === 'max' ? steps : within(steps, await diffIdsOf(outcome.images, store));
  // The index of an eStargz makes another tar of what it is made from; nobody mounts a cache lazily.
  const { compression } = target;
  const plain = compression.kind === 'estargz' ? { ...compression, kind: 'gzip' as const } : compression;
  const mounts = target.mounts ? await collectMounts(outcome.mounts, plain, services, signal) : [];
  const cache = await writtenCache({ steps: chosen, mounts }, target, services);
  signal.throwIfAborted();
  if (target.kind === 'local') return writeLocal(cache, target, store, signal);
  await push(cache, { name: target.ref, insecure: target.insecure }, transport, signal);
}

async function push(
  { root, blobs }: WrittenCache,
  { name, insecure }: { readonly name: string; readonly insecure: boolean },
  transport: CacheTransport | undefined,
  signal: AbortSignal,
): Promise<void> {
  await transport?.push({ name: formatReference(parseReference(name)), insecure, root, blobs }, { signal });
}

async function diffIdsOf(images: CacheOutcome['images'], { layers }: Store): Promise<ReadonlySet<Digest>> {
  const diffs = await Promise.all(images.flat().map((id) => layers.diff(id)));
  return new Set(diffs.map(({ diffId }) => diffId));
}

function requireTransport(transport: CacheTransport | undefined, ref: string): CacheTransport {
  if (transport) return transport;
  throw new CaissonError(
    'CACHE_UNAVAILABLE',
    `The cache "${ref}" cannot be written: this build of Caisson cannot push to a registry`,
    {
      hint: 'Write it to a folder with --cache-to type=local,dest=FOLDER, or into the image with type=inline.',
    },
  );
}

function failed(target: WrittenTarget, cause: unknown): CaissonError {
  if (cause instanceof CaissonError && cause.code === 'CACHE_UNAVAILABLE') return cause;
  return new CaissonError(
    'CACHE_EXPORT_FAILED',
    `The cache "${placeOf(target)}" was not written: ${messageOf(cause)}`,
    {
      cause,
      hint: 'The image was built. Add ignore-error=true where a build may go on without its cache.',
    },
  );
}
