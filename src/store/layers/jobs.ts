// The work on layers that is done in worker threads, and the pools it is sent to.

import { availableParallelism } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { type WorkerPool, workerPool, workerUrl } from '../../core/index.ts';
import type { PackOptions } from './pack.ts';
import type { TarSource } from './pack-chain.ts';
import type { UnpackRequest, UnpackResult } from './unpack.ts';
import type { GrowingRequest } from './unpack-growing.ts';

/** A job of the layer worker. */
export type LayerJob =
  | { readonly kind: 'diff'; readonly folder: string }
  | { readonly kind: 'unpack'; readonly request: UnpackRequest }
  | { readonly kind: 'unpack-growing'; readonly request: GrowingRequest }
  | {
      /** Sends the tar through `port`, one chunk for each credit; see tar-stream.ts. */
      readonly kind: 'tar';
      readonly source: TarSource;
      readonly options: PackOptions;
      readonly port: MessagePort;
      readonly control: SharedArrayBuffer;
    };

/** DiffID and size of a tar, and what its files take on disk; a streamed tar's digest is not computed. */
export type LayerJobResult = UnpackResult;

type LayerPool = WorkerPool<LayerJob, LayerJobResult>;

/** What a pool's jobs wait for: nothing but the machine, the readers of tars, the senders of blobs. */
type Purpose = 'short' | 'streams' | 'receiving';

const pools = new Map<Purpose, LayerPool>();

/** Those that wait for others get threads of their own, so that they never keep a digest waiting. */
const sizes = { short: undefined, streams: 16, receiving: Math.max(availableParallelism(), 2) } as const;

/** The pool for jobs that run to their end (`short`), for tars read at their reader's pace, or for blobs that still come. */
export function layerPool(purpose: Purpose): LayerPool {
  const pool = pools.get(purpose) ?? workerPool(workerUrl('layers', import.meta.url), sizes[purpose]);
  pools.set(purpose, pool);
  return pool;
}
