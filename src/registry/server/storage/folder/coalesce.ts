// Many who wait for one thing that is done over and over: syncing a file, syncing a folder.

import { RegistryError } from '../../errors.ts';

/**
 * Gives a function that resolves when `work`, begun after the call, has ended; calls that come while it runs share the next
 * run. So a hundred writers pay for a few syncs.
 */
export function coalesce(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        running = work();
        return running;
      });
    return next;
  };
}

/**
 * Gives a function that does `work` until it fails once, and fails from then on. The kernel tells a failed sync once: the next one
 * would succeed, and changes be acknowledged that follow on lost ones. Throws `UNAVAILABLE`.
 */
export function untilFailure(work: () => Promise<void>): () => Promise<void> {
  let failure: RegistryError | undefined;
  return async () => {
    if (failure) throw failure;
    try {
      await work();
    } catch (cause) {
      failure = new RegistryError(
        'UNAVAILABLE',
        'The registry could not keep a change; it takes none until it is started again',
        {
          cause,
        },
      );
      throw failure;
    }
  };
}
