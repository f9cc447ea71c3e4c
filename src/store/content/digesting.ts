// Writing a stream into a file while another thread hashes what is there already.

import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { giveBack, type WorkerPool, workerPool, workerUrl } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import { parseDigest } from './digest-path.ts';
import { bytesIn, gathered, writeAll } from './gathered.ts';
import { openGrowth } from './growth.ts';

/** What the digest worker hashes; it ends when the growth does. */
export interface DigestJob {
  readonly path: string;
  /** How far the file has come. */
  readonly growth: SharedArrayBuffer;
  /** Names the algorithm. */
  readonly expected: Digest;
  /** Where in the file the bytes begin. */
  readonly start: number;
}

/** Where a stream is written to, and what its bytes should be. */
export interface WriteRequest {
  readonly file: FileHandle;
  /** Default: 0. */
  readonly start?: number;
  readonly expected: Digest;
  readonly size: number;
  /** Called after each write with how many bytes are there. */
  readonly onWritten: (length: number) => void;
}

/** What was written: `size` is at most one write more than what was expected. */
export interface Written {
  readonly digest: Digest;
  readonly size: number;
}

/** Writes `source` into a file and gives what it was, for the caller to compare; stops when there is more than was expected. */
export async function writeDigested(source: Readable, request: WriteRequest): Promise<Written> {
  const { file, start = 0, expected, size: limit, onWritten } = request;
  const digesting = limit < worthThread ? digestHere(expected) : digestBehind(file, start, expected);
  let size = 0;
  try {
    for await (const chunks of gathered(source)) {
      const bytes = bytesIn(chunks);
      if (size + bytes > limit) return { digest: '', size: size + bytes };
      await writeAll(file, chunks, start + size);
      size += bytes;
      digesting.reach(chunks, start + size);
      giveBack(chunks);
      onWritten(size);
    }
    return { digest: await digesting.end(), size };
  } finally {
    await digesting.giveUp();
  }
}

/** From so many bytes on a blob is hashed by a thread. */
const worthThread = 1024 * 1024;

interface Digesting {
  /** These chunks are in the file, up to `end`. */
  reach(chunks: readonly Buffer[], end: number): void;
  end(): Promise<Digest>;
  /** Resolves when nobody reads the file any more. */
  giveUp(): Promise<void>;
}

function digestHere(expected: Digest): Digesting {
  const { algorithm } = parseDigest(expected);
  const hash = createHash(algorithm);
  return {
    reach: (chunks) => {
      for (const chunk of chunks) hash.update(chunk);
    },
    end: async () => `${algorithm}:${hash.digest('hex')}`,
    giveUp: async () => {},
  };
}

let pool: WorkerPool<DigestJob, Digest> | undefined;

function digestBehind({ fd }: FileHandle, start: number, expected: Digest): Digesting {
  const growth = openGrowth(start);
  pool ??= workerPool(workerUrl('digests', import.meta.url));
  // A file that has no name any more can be read, too.
  const job = pool.run({ path: `/proc/self/fd/${fd}`, growth: growth.shared, expected, start });
  job.catch(() => {});
  return {
    reach: (_, end) => growth.reach(end),
    async end() {
      growth.end('complete');
      return await job;
    },
    async giveUp() {
      growth.end('failed');
      await job.catch(() => {});
    },
  };
}
