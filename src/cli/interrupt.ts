// Signals that ask to stop: the work is told once, a second signal ends the process as usual.

import { CaissonError } from '../core/index.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Aborts on the first signal, with `INTERRUPTED`; disposing it gives the signals back. */
export function abortOnInterrupt(): Disposable & { readonly signal: AbortSignal } {
  const abort = new AbortController();
  const release = (): void => {
    for (const name of signals) process.off(name, stop);
  };
  // Not `once`: the terminal view, told after us, ends the process where it finds itself alone.
  const stop = (name: NodeJS.Signals): void => {
    if (abort.signal.aborted) {
      release();
      process.kill(process.pid, name);
    }
    abort.abort(new CaissonError('INTERRUPTED', 'Interrupted'));
  };
  for (const name of signals) process.on(name, stop);
  return { signal: abort.signal, [Symbol.dispose]: release };
}
