// Blobs of upstreams, given to clients while they are taken in: one download however many ask, each reading at its own pace
// from a file without a name that grows.

import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Digest } from '../../../oci/index.ts';
import { RegistryError } from '../errors.ts';
import type { OpenBlob, RegistryStorage } from '../storage/types.ts';

/** What is downloaded, and where it is kept. */
export interface DownloadRequest {
  readonly repository: string;
  readonly digest: Digest;
  readonly size: number;
  readonly open: (signal: AbortSignal) => Promise<Readable>;
}

/** Downloads that are under way. */
export interface Downloads extends AsyncDisposable {
  /** The blob, readable as it comes. Throws `TOOMANYREQUESTS`. */
  join(request: DownloadRequest): Promise<OpenBlob>;
}

/** How downloads go. */
export interface DownloadOptions {
  readonly storage: RegistryStorage;
  /** Folder for what clients read while it comes. */
  readonly spool: string;
  readonly failed: (request: DownloadRequest, error: unknown) => void;
  readonly most?: number;
}

/** Bytes that have come so far; `ended` is set at the end, with an error when it broke off. */
interface Growing {
  readonly file: FileHandle;
  readonly size: number;
  received: number;
  ended: { readonly error?: unknown } | undefined;
  /** Readers of the file, and the download itself: the last one closes it. */
  holders: number;
  readonly waiting: Set<() => void>;
}

const pieceSize = 256 * 1024;

/** Downloads into `storage`; what does not have its digest is not kept. */
export function openDownloads({ storage, spool, failed, most = 64 }: DownloadOptions): Downloads {
  const running = new Map<string, Promise<Growing>>();
  const ends = new Set<Promise<void>>();
  const stopping = new AbortController();
  const start = async (request: DownloadRequest, key: string): Promise<Growing> => {
    const growing = await openGrowing(spool, request.size);
    const end = take(storage, request, growing, stopping.signal)
      .catch((error: unknown) => {
        finish(growing, { error });
        failed(request, error);
      })
      .finally(() => {
        running.delete(key);
        ends.delete(end);
        return release(growing);
      });
    ends.add(end);
    return growing;
  };
  return {
    async join(request) {
      const key = `${request.repository} ${request.digest}`;
      let growing = running.get(key);
      if (!growing) {
        if (running.size >= most) throw tooMany();
        growing = start(request, key);
        growing.catch(() => running.delete(key));
        running.set(key, growing);
      }
      return reading(await growing, request.digest);
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(ends);
    },
  };
}

async function openGrowing(spool: string, size: number): Promise<Growing> {
  const path = join(spool, `mirror-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return { file, size, received: 0, ended: undefined, holders: 1, waiting: new Set() };
}

/** The end is told once the blob is kept: who read it to the end finds it here the next time. */
async function take(
  storage: RegistryStorage,
  { repository, digest, size, open: openSource }: DownloadRequest,
  growing: Growing,
  signal: AbortSignal,
): Promise<void> {
  const { id } = await storage.beginUpload(repository);
  try {
    const source = await openSource(signal);
    await storage.appendUpload(repository, id, growingFrom(source, growing), { start: 0, limit: size });
    await storage.finishUpload(repository, id, digest);
  } catch (error) {
    await storage.cancelUpload(repository, id).catch(() => undefined);
    throw error;
  }
  finish(growing, {});
}

async function* growingFrom(source: Readable, growing: Growing): AsyncGenerator<Buffer, void, undefined> {
  for await (const piece of source as AsyncIterable<Buffer>) {
    await growing.file.write(piece, 0, piece.length, growing.received);
    growing.received += piece.length;
    wake(growing);
    yield piece;
  }
}

function finish(growing: Growing, ended: { readonly error?: unknown }): void {
  growing.ended = ended;
  wake(growing);
}

function wake({ waiting }: Growing): void {
  for (const resume of waiting) resume();
  waiting.clear();
}

async function release(growing: Growing): Promise<void> {
  growing.holders -= 1;
  if (growing.holders === 0) await growing.file.close();
}

function reading(growing: Growing, digest: Digest): OpenBlob {
  growing.holders += 1;
  return {
    digest,
    size: growing.size,
    read: (start, end) => readGrowing(growing, start, end),
    [Symbol.asyncDispose]: () => release(growing),
  };
}

async function* readGrowing(
  growing: Growing,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  const piece = Buffer.allocUnsafe(pieceSize);
  for (let position = start; position < end; ) {
    const there = Math.min(growing.received, end) - position;
    if (there <= 0) {
      if (growing.ended) throw growing.ended.error ?? brokenOff();
      await new Promise<void>((resume) => void growing.waiting.add(resume));
      continue;
    }
    const { bytesRead } = await growing.file.read(piece, 0, Math.min(there, pieceSize), position);
    position += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

function brokenOff(): RegistryError {
  return new RegistryError('UNAVAILABLE', 'The upstream registry sent less than it said');
}

function tooMany(): RegistryError {
  return new RegistryError('TOOMANYREQUESTS', 'Too many blobs are being fetched from upstream registries', {
    headers: { 'retry-after': '5' },
  });
}
