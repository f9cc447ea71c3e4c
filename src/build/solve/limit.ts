// A limit on how many pieces of work run at once; waiting ones start in the order they came.

/** Runs work, at most so many pieces at once. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** A {@link Limit} of `size` pieces at once. */
export function createLimit(size: number): Limit {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= size) await new Promise<void>((start) => waiting.push(start));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
