// Signals that ask to stop: the work is told once, a second signal ends the process as usual.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Aborts on the first signal; disposing it gives the signals back. */
export function abortOnInterrupt(): Disposable & { readonly signal: AbortSignal } {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  for (const name of signals) process.once(name, stop);
  return {
    signal: abort.signal,
    [Symbol.dispose]() {
      for (const name of signals) process.off(name, stop);
    },
  };
}
