// Targets on a disk of their own: when that is full, it is not the store's that is.

import { CaissonError } from '../../../core/index.ts';
import { isFullDisk } from '../../../store/index.ts';
import type { ImageTarget } from '../types.ts';

/** The target that `open` gives, whose disk is told to be full where it is: `DISK_FULL`. */
export async function onDisk(path: string, open: () => Promise<ImageTarget>): Promise<ImageTarget> {
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw isFullDisk(error, '/') ? full(path, error) : error;
    }
  };
  const target = await told(open);
  return {
    ...target,
    putBlob: (blob, options) => told(() => target.putBlob(blob, options)),
    putManifest: (manifest, options) => told(() => target.putManifest(manifest, options)),
    finish: (root, options) => told(() => target.finish(root, options)),
  };
}

function full(path: string, cause: unknown): CaissonError {
  return new CaissonError('DISK_FULL', `No space is left on the disk of "${path}"`, {
    cause,
    hint: 'Free space there, or copy to another disk.',
  });
}
