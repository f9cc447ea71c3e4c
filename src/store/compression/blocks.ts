// Blocks of one size out of a stream, compressed on all cores, and given in order.

import { availableParallelism } from 'node:os';
import { type WorkerPool, workerPool, workerUrl } from '../../core/index.ts';
import { type BlockJob, type BlockResult, compressBlock } from './block-codec.ts';

/** A block of the input; `last` is the one at the end, which may be empty. */
export interface Block {
  readonly bytes: Buffer;
  readonly last: boolean;
}

/** Starting a thread takes longer than compressing this much. */
const inlineSize = 128 * 1024;

let pool: WorkerPool<BlockJob, BlockResult> | undefined;

/** Compresses a block: a small one here, others on a thread of their own. The block's bytes are gone afterwards. */
export async function compressOnThread(job: BlockJob): Promise<BlockResult> {
  if (job.bytes.length <= inlineSize) return compressBlock(job);
  pool ??= workerPool(workerUrl('compress', import.meta.url));
  return pool.run(job, { transfer: [job.bytes.buffer as ArrayBuffer] });
}

/**
 * Cuts `source` into blocks of exactly `size` bytes and one shorter: where the source's chunks end never shows in the
 * result. Every block has memory of its own.
 */
export async function* blocksOf(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Block> {
  let filling = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  let ready: Buffer | undefined;
  for await (const chunk of source)
    for (let at = 0; at < chunk.length; ) {
      if (ready !== undefined) yield { bytes: ready, last: false };
      ready = undefined;
      if (filled === 0 && isBlock(chunk, size)) {
        ready = chunk;
        break;
      }
      const copied = chunk.copy(filling, filled, at);
      filled += copied;
      at += copied;
      if (filled < size) continue;
      ready = filling;
      filling = Buffer.allocUnsafeSlow(size);
      filled = 0;
    }
  if (ready !== undefined && filled > 0) yield { bytes: ready, last: false };
  if (ready !== undefined && filled === 0) yield { bytes: ready, last: true };
  else yield { bytes: owned(filling.subarray(0, filled)), last: true };
}

/** Runs `work` on several items at once and gives the results in the order of the items. */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const most = availableParallelism() + 2;
  const running: Promise<Result>[] = [];
  for await (const item of items) {
    const started = work(item);
    // The failure is told when its turn comes; until then it is not unhandled.
    started.catch(() => {});
    running.push(started);
    const first = running.length >= most ? running.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const rest of running) yield await rest;
}

/** A chunk that is a block by itself, as a layer's tar comes, is not copied. */
function isBlock(chunk: Buffer, size: number): boolean {
  return chunk.length === size && chunk.buffer.byteLength === size && chunk.buffer instanceof ArrayBuffer;
}

function owned(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
