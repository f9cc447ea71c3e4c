// Reads and follows a container's log.

import { existsSync, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/index.ts';
import type { LogEntry, LogOptions } from '../types.ts';
import { parseEntry, tailOffset } from './entry.ts';

const CHUNK = 64 * 1024;
/** How often a followed log is looked at when no change is reported. */
const INTERVAL = 1000;

/** The entries of `log.json` in a container's folder, oldest first; parts of long lines are entries of their own. None where there is no log. */
export async function* readLogs(directory: string, options: LogOptions = {}): AsyncGenerator<LogEntry> {
  const path = join(directory, 'log.json');
  await using file = await openLog(path);
  if (file === undefined) return;
  const { since = 0, until = Number.POSITIVE_INFINITY } = options;
  for await (const line of lines(file, directory, options)) {
    const entry = parseEntry(line);
    if (entry === undefined) continue;
    const time = Date.parse(entry.time);
    if (time > until) return;
    if (time >= since) yield entry;
  }
}

async function openLog(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Complete lines from where reading begins, and with `follow` those that come, until the container has ended. */
async function* lines(file: FileHandle, directory: string, options: LogOptions): AsyncGenerator<Buffer> {
  let position = options.tail === undefined ? 0 : await tailOffset(file, options.tail);
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    // Looked at before the reading: what was written before the end is read after it.
    const ended = !options.follow || hasEnded(directory);
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const end = rest.lastIndexOf(10) + 1;
      yield* split(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    if (ended || options.signal?.aborted) return;
    await changed(directory, options.signal);
  }
}

function* split(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start);
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

function hasEnded(directory: string): boolean {
  return existsSync(join(directory, 'exit.json')) || !existsSync(join(directory, 'socket'));
}

/** Resolves at the next change in the folder, or after a while. */
function changed(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(directory, () => resolve());
  watcher.on('error', () => resolve());
  const timer = setTimeout(resolve, INTERVAL);
  const stop = () => resolve();
  signal?.addEventListener('abort', stop, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    watcher.close();
    signal?.removeEventListener('abort', stop);
  });
}
