// What failed and is tried again, later each time it fails again.

/** Names of what failed last. */
export interface Retries extends Disposable {
  failed(name: string): void;
  succeeded(name: string): void;
  readonly names: () => Iterable<string>;
}

/** In milliseconds. */
const patience = { least: 1000, most: 5 * 60_000 } as const;

/** Calls `again` with each name that failed; disposing it ends that, the names stay. */
export function openRetries(again: (name: string) => void): Retries {
  const waiting = new Map<string, { readonly failures: number; readonly timer: NodeJS.Timeout }>();
  return {
    failed(name) {
      const { failures = 0, timer: last } = waiting.get(name) ?? {};
      clearTimeout(last);
      const timer = setTimeout(again, Math.min(patience.least * 2 ** failures, patience.most), name);
      waiting.set(name, { failures: failures + 1, timer: timer.unref() });
    },
    succeeded(name) {
      clearTimeout(waiting.get(name)?.timer);
      waiting.delete(name);
    },
    names: () => waiting.keys(),
    [Symbol.dispose]() {
      for (const { timer } of waiting.values()) clearTimeout(timer);
    },
  };
}
