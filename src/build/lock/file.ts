// Reading and writing lock files: JSON with sorted keys, one pin a line.

import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { CaissonError, errnoOf } from '../../core/index.ts';
import { isDigest } from '../../oci/index.ts';
import type { LockedSource, LockFile } from './types.ts';

const sizeLimit = 4 << 20;

/** The lock file that belongs to a Dockerfile's path. */
function lockPath(dockerfile: string): string {
  return `${dockerfile}.lock`;
}

/** Reads the lock of `dockerfile` (its path on this machine); undefined where there is none. Throws `LOCK_INVALID`. */
export function readLock(dockerfile: string): LockFile | undefined {
  const path = lockPath(dockerfile);
  try {
    if (statSync(path).size > sizeLimit) throw invalid(path, 'it has more than 4 MiB');
    return parse(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Writes the lock of `dockerfile`; a reader sees the old file or the new one. */
export function writeLock(dockerfile: string, lock: LockFile): void {
  const path = lockPath(dockerfile);
  const partial = `${path}.partial-${process.pid}`;
  try {
    writeFileSync(partial, `${JSON.stringify(lock, null, 2)}\n`, { flag: 'wx' });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** The lock that holds these sources, sorted. */
export function lockOf(sources: readonly LockedSource[]): LockFile {
  const kind = (wanted: LockedSource['kind']) => sources.filter((source) => source.kind === wanted);
  const images = Map.groupBy(kind('images'), ({ asked }) => asked);
  return {
    version: 1,
    images: sorted(
      [...images].map(([asked, pins]) => [
        asked,
        sorted(pins.map(({ platform = '', pin }) => [platform, pin])),
      ]),
    ),
    http: sorted(kind('http').map(({ asked, pin }) => [asked, pin])),
    git: sorted(kind('git').map(({ asked, pin }) => [asked, pin])),
  };
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function parse(text: string, path: string): LockFile {
  const { version, images = {}, http = {}, git = {} } = parsed(text, path);
  if (version !== 1) throw invalid(path, `its version is ${JSON.stringify(version)}, not 1`);
  const maps = [...Object.values(isMap(images) ? images : { '': images }), http];
  for (const map of maps) check(map, path, isDigest, 'a digest');
  check(git, path, isCommit, 'a commit');
  return { version: 1, images, http, git } as LockFile;
}

function parsed(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isMap(value)) return value;
  } catch (cause) {
    throw invalid(path, 'it is not JSON', cause);
  }
  throw invalid(path, 'it is no JSON object');
}

function check(map: unknown, path: string, isPin: (pin: unknown) => boolean, what: string): void {
  if (!isMap(map)) throw invalid(path, `it has ${JSON.stringify(map)} where names and pins are expected`);
  const wrong = Object.entries(map).find(([, pin]) => !isPin(pin));
  if (wrong)
    throw invalid(path, `"${wrong[0]}" is pinned to ${JSON.stringify(wrong[1])}, which is not ${what}`);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCommit(value: unknown): boolean {
  return typeof value === 'string' && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
}

function invalid(path: string, reason: string, cause?: unknown): CaissonError {
  return new CaissonError('LOCK_INVALID', `The lock file "${path}" cannot be used: ${reason}`, {
    hint: 'Write it anew: caisson lock --update',
    ...(cause === undefined ? {} : { cause }),
  });
}
