// Many who wait for one thing that is done over and over: syncing a file, syncing a folder.

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
