// Collecting by itself, every so often, while the registry serves.

import type { Collected } from './collect.ts';

/** How often, and what is told. */
export interface PeriodicOptions {
  /** Milliseconds between the end of one collection and the beginning of the next. */
  readonly interval: number;
  readonly collect: (signal: AbortSignal) => Promise<Collected>;
  readonly collected: (outcome: Collected) => void;
  readonly failed: (error: unknown) => void;
}

/** Collects until disposed; disposing stops a collection that is under way. */
export function collectPeriodically({
  interval,
  collect,
  collected,
  failed,
}: PeriodicOptions): AsyncDisposable {
  const stopping = new AbortController();
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    try {
      collected(await collect(stopping.signal));
    } catch (error) {
      if (!stopping.signal.aborted) failed(error);
    }
    if (!stopping.signal.aborted) schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = turn();
    }, interval).unref();
  };
  schedule();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
