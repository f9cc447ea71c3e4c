// Locks between processes: advisory locks on files, released by the kernel when the holder dies.

import { closeSync, openSync } from 'node:fs';
import { flock } from './libc.ts';

/** A held lock; disposing it releases it. */
export interface FileLock extends Disposable {
  readonly path: string;
  /** The descriptor that holds it. */
  readonly fd: number;
}

/** Tries to lock the file `path` (made when missing); undefined when another holder, here or elsewhere, forbids it. */
export function tryLock(path: string, kind: 'exclusive' | 'shared' = 'exclusive'): FileLock | undefined {
  const fd = openSync(path, 'a', 0o600);
  try {
    if (flock(fd, kind, false)) return held(path, fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return undefined;
}

/** Locks the file `path`, asking again every few milliseconds until it is free or `signal` aborts. */
export async function lock(
  path: string,
  kind: 'exclusive' | 'shared' = 'exclusive',
  signal?: AbortSignal,
): Promise<FileLock> {
  for (let pause = 2; ; pause = Math.min(pause * 2, 100)) {
    signal?.throwIfAborted();
    const taken = tryLock(path, kind);
    if (taken) return taken;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function held(path: string, fd: number): FileLock {
  let open = true;
  return {
    path,
    fd,
    [Symbol.dispose]() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}
