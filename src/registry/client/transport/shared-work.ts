// Work that several want at once is done once.

import { unlessAborted } from './aborted.ts';

/** Runs `work` for `key`, or joins who runs it already. The work is stopped when nobody waits for it any more. */
export type SharedWork<Result> = (
  key: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
) => Promise<Result>;

interface Running<Result> {
  readonly promise: Promise<Result>;
  readonly stop: AbortController;
  waiting: number;
}

/** A place where work is shared. */
export function sharedWork<Result>(): SharedWork<Result> {
  const all = new Map<string, Running<Result>>();
  const start = (key: string, work: (signal: AbortSignal) => Promise<Result>): Running<Result> => {
    const stop = new AbortController();
    const forget = () => {
      if (all.get(key) === running) all.delete(key);
    };
    const running: Running<Result> = { promise: work(stop.signal).finally(forget), stop, waiting: 0 };
    running.promise.catch(() => undefined);
    stop.signal.addEventListener('abort', forget);
    all.set(key, running);
    return running;
  };
  return async (key, signal, work) => {
    signal.throwIfAborted();
    const running = all.get(key) ?? start(key, work);
    running.waiting += 1;
    try {
      return await unlessAborted(running.promise, signal);
    } finally {
      running.waiting -= 1;
      if (running.waiting === 0) running.stop.abort();
    }
  };
}
