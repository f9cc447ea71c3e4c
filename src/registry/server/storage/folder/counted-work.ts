// Work of a kind: whether any of it runs now.

/** Counts what runs. */
export interface CountedWork {
  run<T>(work: () => Promise<T>): Promise<T>;
  readonly isRunning: () => boolean;
}

/** Begins with nothing running. */
export function countedWork(): CountedWork {
  let running = 0;
  return {
    async run(work) {
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
      }
    },
    isRunning: () => running > 0,
  };
}
