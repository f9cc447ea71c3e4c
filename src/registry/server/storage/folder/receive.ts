// Writing what is uploaded: pieces are gathered, hashed, and written many at once while the next ones come.

import { type FileHandle, open } from 'node:fs/promises';
import { syncBehind } from '../../../sync-behind.ts';
import { blobTooLarge } from '../lengths.ts';
import type { Progress } from './hashing.ts';

const batchSize = 512 * 1024;
/** What is received at once may gather no more than this, in all. */
const mostGathered = 48 * 1024 * 1024;
let receiving = 0;

/**
 * Appends `source` to the file `path`, which has `progress.size` bytes. When the source or the disk fails, what was written is
 * counted in `progress`, and the failure thrown. Throws `SIZE_INVALID` at the first byte beyond `limit`.
 */
export async function receive(
  path: string,
  source: AsyncIterable<Buffer>,
  progress: Progress,
  limit: number,
): Promise<void> {
  const file = await open(path, 'r+');
  const batches = openBatches(file, progress);
  receiving += 1;
  try {
    for await (const piece of source) {
      if (batches.received() + piece.length > limit) throw blobTooLarge(limit);
      await batches.add(piece);
    }
  } finally {
    // Also when the source broke: what came before that is kept.
    receiving -= 1;
    await batches.end().finally(() => file.close());
  }
}

interface Batches {
  readonly received: () => number;
  add(piece: Buffer): Promise<void> | undefined;
  end(): Promise<void>;
}

function openBatches(file: FileHandle, progress: Progress): Batches {
  let gathered: Buffer[] = [];
  let waiting = 0;
  let writing: Promise<void> | undefined;
  let received = progress.size;
  const syncs = syncBehind(file);
  const write = (): void => {
    const batch = gathered;
    const size = waiting;
    gathered = [];
    waiting = 0;
    writing = writeBatch(file, batch, size, progress).then(() => syncs.note(size));
    // It is awaited with the next batch; until then its failure is nobody's.
    writing.catch(() => undefined);
  };
  return {
    received: () => received,
    add(piece) {
      gathered.push(piece);
      waiting += piece.length;
      received += piece.length;
      return waiting < Math.min(batchSize, mostGathered / receiving)
        ? undefined
        : (writing ?? Promise.resolve()).then(write);
    },
    async end() {
      try {
        await writing;
        if (waiting > 0) write();
        await writing;
      } finally {
        await syncs.ended();
      }
    },
  };
}

/** The hash takes in a batch while the thread pool writes it; the size says that both have it. */
async function writeBatch(
  file: FileHandle,
  batch: Buffer[],
  size: number,
  progress: Progress,
): Promise<void> {
  const written = writeAll(file, batch, size, progress.size);
  for (const piece of batch) progress.hash.update(piece);
  progress.hashed += size;
  await written;
  progress.size += size;
}

async function writeAll(file: FileHandle, batch: Buffer[], size: number, position: number): Promise<void> {
  const { bytesWritten } = await file.writev(batch, position);
  if (bytesWritten === size) return;
  const rest = Buffer.concat(batch).subarray(bytesWritten);
  for (let done = 0; done < rest.length; ) {
    const result = await file.write(rest, done, rest.length - done, position + bytesWritten + done);
    done += result.bytesWritten;
  }
}
