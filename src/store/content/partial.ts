// Blobs that have come in part: files by digest that outlive the process which received them, so that another can go on.
//
// Who holds the lock on a partial file is its only writer. The file is renamed or deleted under the lock: whoever gets the lock afterwards
// has another file than the one at the path, and looks again.

import { fstatSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type FileLock, giveBack, tryLock } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import { parseDigest } from './digest-path.ts';
import { bytesIn, gathered, writeAll } from './gathered.ts';
import { sizeMismatch } from './ingest.ts';

/** A partial file that this process alone writes. */
export interface PartialBlob extends AsyncDisposable {
  readonly path: string;
  /** Bytes that are there. */
  readonly length: number;
  /** Appends `source` up to `limit` bytes in all, telling the length after each write. Throws `SIZE_MISMATCH`. */
  append(source: Readable, limit: number, onLength: (length: number) => void): Promise<void>;
  /** Starts anew. */
  clear(): Promise<void>;
  /** Waits until all of it is on the disk. */
  sync(): Promise<void>;
  /** Deletes the file. */
  remove(): void;
}

/** How one waits for another process that receives the same blob. */
export interface PartialOptions {
  readonly signal: AbortSignal;
  /** Called while waiting, with the bytes that the other one has. */
  readonly onWait: (length: number) => void;
}

/** The folder of partial files below a store's root; made with the first one. */
export function partialFolder(root: string): string {
  return join(root, 'partial');
}

/** Opens the partial file of `digest`, alone; `isThere` tells that another one brought the blob in meanwhile: then undefined. */
export async function openPartial(
  root: string,
  digest: Digest,
  isThere: () => boolean,
  options: PartialOptions,
): Promise<PartialBlob | undefined> {
  const { algorithm, hex } = parseDigest(digest);
  mkdirSync(partialFolder(root), { recursive: true, mode: 0o700 });
  const path = join(partialFolder(root), `${algorithm}-${hex}`);
  const lock = await locked(path, options);
  try {
    if (!isThere()) return partialBlob(lock, await open(path, 'r+'));
    rmSync(path, { force: true });
    lock[Symbol.dispose]();
    return undefined;
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

async function locked(path: string, { signal, onWait }: PartialOptions): Promise<FileLock> {
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    signal.throwIfAborted();
    const lock = tryLock(path);
    if (lock && isAt(lock, path)) return lock;
    lock?.[Symbol.dispose]();
    if (lock) continue;
    onWait(statSync(path, { throwIfNoEntry: false })?.size ?? 0);
    await delay(pause);
  }
}

function isAt({ fd }: FileLock, path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  const ours = fstatSync(fd);
  return there?.ino === ours.ino && there.dev === ours.dev;
}

function partialBlob(lock: FileLock, file: FileHandle): PartialBlob {
  let length = fstatSync(file.fd).size;
  return {
    path: lock.path,
    get length() {
      return length;
    },
    async append(source, limit, onLength) {
      for await (const chunks of gathered(source)) {
        const bytes = bytesIn(chunks);
        if (length + bytes > limit) throw sizeMismatch(`more than ${limit}`, limit);
        await writeAll(file, chunks, length);
        giveBack(chunks);
        length += bytes;
        onLength(length);
      }
    },
    async clear() {
      await file.truncate(0);
      length = 0;
    },
    sync: async () => {
      await file.chmod(0o644);
      await file.sync();
    },
    remove: () => rmSync(lock.path, { force: true }),
    async [Symbol.asyncDispose]() {
      await file.close();
      lock[Symbol.dispose]();
    },
  };
}

/** After so many milliseconds nobody is expected to go on with a partial file. */
const staleAge = 24 * 60 * 60 * 1000;

/** Partial files that were not written to for `age` milliseconds: a day, unless said. */
export function stalePartials(root: string, age = staleAge): readonly string[] {
  const folder = partialFolder(root);
  return namesIn(folder)
    .map((name) => join(folder, name))
    .filter((path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) <= Date.now() - age);
}

/** Deletes the partial file at `path` unless somebody is writing it; gives the bytes it had, undefined where it stays. */
export function dropPartial(path: string): number | undefined {
  using lock = tryLock(path);
  if (!lock || !isAt(lock, path)) return undefined;
  const { size } = fstatSync(lock.fd);
  rmSync(path, { force: true });
  return size;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
