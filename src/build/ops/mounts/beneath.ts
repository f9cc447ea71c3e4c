// Opening a folder below another that others may be changing: name by name, no link followed.

import { closeSync, constants, openSync } from 'node:fs';
import { errnoOf } from '../../../core/index.ts';

/** An open folder; `path` leads to it, and to nothing else, while it is open. */
export interface OpenFolder extends Disposable {
  readonly path: string;
}

const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Opens the folder `path` (absolute, below `root`); undefined where there is none, or a link on the way. */
export function openBeneath(root: string, path: string): OpenFolder | undefined {
  let fd = openSync(root, flags);
  for (const name of path.split('/').filter((one) => one !== '' && one !== '.')) {
    const next = openChild(fd, name);
    closeSync(fd);
    if (next === undefined) return undefined;
    fd = next;
  }
  return { path: processPath(fd), [Symbol.dispose]: () => closeSync(fd) };
}

/** Where other processes find an open file of this one. */
export function processPath(fd: number): string {
  return `/proc/${process.pid}/fd/${fd}`;
}

function openChild(fd: number, name: string): number | undefined {
  try {
    return openSync(`/proc/self/fd/${fd}/${name}`, flags);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
