// Targets on a disk of their own: when that is full or cannot be written, it is not the store's.

import { CaissonError, messageOf } from '../../../core/index.ts';
import { isFullDisk } from '../../../store/index.ts';
import type { ImageTarget } from '../types.ts';

/** The target that `open` gives; where its disk is full or refuses to be written that is told: `DISK_FULL`, `TARGET_UNWRITABLE`. */
export async function onDisk(path: string, open: () => Promise<ImageTarget>): Promise<ImageTarget> {
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw isFullDisk(error, '/') ? full(path, error) : error;
    }
  };
  // What else fails there is no failure of a source.
  const toldAll = <T>(work: () => Promise<T>): Promise<T> =>
    told(() =>
      work().catch((error: unknown) => {
        throw isFullDisk(error, '/') || !isOfSystem(error) ? error : unwritable(path, error);
      }),
    );
  const target = await toldAll(open);
  return {
    ...target,
    putBlob: (blob, options) => told(() => target.putBlob(blob, options)),
    putManifest: (manifest, options) => toldAll(() => target.putManifest(manifest, options)),
    finish: (root, options) => toldAll(() => target.finish(root, options)),
  };
}

function full(path: string, cause: unknown): CaissonError {
  return new CaissonError('DISK_FULL', `No space is left on the disk of "${path}"`, {
    cause,
    hint: 'Free space there, or copy to another disk.',
  });
}

/** Errors of system calls have their names. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** Node's message is `EROFS: read-only file system, open '/path'`. */
function unwritable(path: string, cause: unknown): CaissonError {
  const reason = /^[A-Z0-9]+: ([^,]+)/.exec(messageOf(cause))?.[1] ?? messageOf(cause);
  return new CaissonError('TARGET_UNWRITABLE', `"${path}" cannot be written: ${reason}`, {
    cause,
    hint: 'Name a place that you may write to.',
  });
}
