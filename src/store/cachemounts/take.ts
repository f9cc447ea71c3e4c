// Taking a cache mount: the locks that say who uses a folder.

import { fstatSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf, type FileLock, tryLock } from '../../core/index.ts';
import { removeTree } from '../collect/remove-tree.ts';
import { type SessionId, sessionName } from '../session.ts';
import { cacheMountPaths, folderNames, keyName, makeFolder, placeFolder, readRecord } from './folders.ts';
import { joinQueue } from './queue.ts';
import type { CacheMountKey, OpenCacheMount, OpenCacheMountOptions } from './types.ts';

/** Where cache mounts are kept and made. */
export interface CacheMountPlaces {
  readonly root: string;
  readonly ingest: string;
  /** For queues: files that need not outlive the machine's run. */
  readonly queues: string;
  readonly session: SessionId;
}

/** Takes a folder of `key`; see {@link OpenCacheMountOptions.sharing}. */
export async function takeCacheMount(
  places: CacheMountPlaces,
  key: CacheMountKey,
  options: OpenCacheMountOptions,
): Promise<OpenCacheMount> {
  if (options.sharing === 'locked') return takeInTurn(places, key, options);
  const kind = options.sharing === 'shared' ? 'shared' : 'exclusive';
  return takeFree(places, key, kind) ?? make(places, key, options);
}

const firstPause = 5;
const longestPause = 100;

/** Waits until it is this one's turn and a folder is free. */
async function takeInTurn(
  places: CacheMountPlaces,
  key: CacheMountKey,
  options: OpenCacheMountOptions,
): Promise<OpenCacheMount> {
  using place = joinQueue(join(places.queues, keyName(key)), places.session);
  for (let pause = firstPause, told = false; ; pause = Math.min(pause * 2, longestPause)) {
    options.signal?.throwIfAborted();
    if (place.isFirst()) {
      const taken = takeFree(places, key, 'exclusive');
      if (taken) return taken;
      if (folderNames(places.root, keyName(key)).length === 0) return await make(places, key, options);
    }
    if (!told) options.onWait?.();
    told = true;
    await sleep(pause, undefined, options.signal ? { signal: options.signal } : {});
  }
}

function takeFree(
  places: CacheMountPlaces,
  key: CacheMountKey,
  kind: 'exclusive' | 'shared',
): OpenCacheMount | undefined {
  for (const name of folderNames(places.root, keyName(key))) {
    const lock = lockFolder(join(places.root, name), kind);
    const taken = lock && opened(places.root, name, lock);
    if (taken) return taken;
  }
  return undefined;
}

/** Locks a cache mount's folder if nobody's use forbids it and it is still there: it may have been pruned since it was listed. */
export function lockFolder(folder: string, kind: 'exclusive' | 'shared'): FileLock | undefined {
  const { lock: path } = cacheMountPaths(folder);
  try {
    const lock = tryLock(path, kind);
    if (lock === undefined || sameFile(lock, path)) return lock;
    lock[Symbol.dispose]();
    return undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function sameFile({ fd }: FileLock, path: string): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  const held = fstatSync(fd);
  return now?.ino === held.ino && now.dev === held.dev;
}

function opened(root: string, name: string, lock: FileLock): OpenCacheMount | undefined {
  const { lock: file, files } = cacheMountPaths(join(root, name));
  const now = Date.now() / 1000;
  utimesSync(file, now, now);
  const record = readRecord(root, name);
  if (record) return { record, folder: files, [Symbol.dispose]: () => lock[Symbol.dispose]() };
  lock[Symbol.dispose]();
  return undefined;
}

/** Made aside, filled and locked before anybody can see it. */
async function make(
  places: CacheMountPlaces,
  key: CacheMountKey,
  { sharing, fill }: OpenCacheMountOptions,
): Promise<OpenCacheMount> {
  const folder = join(places.ingest, sessionName(places.session));
  try {
    const { files, lock: file } = makeFolder(folder, key);
    await fill?.(files);
    const lock = tryLock(file, sharing === 'shared' ? 'shared' : 'exclusive');
    if (lock === undefined) throw new Error(`The new cache mount "${folder}" is locked already`);
    const made = opened(places.root, placeFolder(places.root, folder, keyName(key)), lock);
    if (made === undefined) throw new Error(`The new cache mount of "${key.id}" is not whole`);
    return made;
  } catch (error) {
    await removeTree(folder);
    throw error;
  }
}
