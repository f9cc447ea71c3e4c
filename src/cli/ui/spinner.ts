// One spinner for work that has no steps to show.

import type { BuildOptions } from '../../engine/index.ts';
import { humanSize } from './text.ts';

/** Runs `work` under a spinner on standard error, which shows its progress events; none when `quiet` or not on a terminal. */
export async function withSpinner<T>(
  text: string,
  quiet: boolean,
  work: (options: BuildOptions) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const onInterrupt = () => abort.abort();
  process.once('SIGINT', onInterrupt);
  const spinner =
    quiet || !process.stderr.isTTY || process.env['CI']
      ? undefined
      : (await import('ora')).default({ text, stream: process.stderr }).start();
  try {
    return await work({
      signal: abort.signal,
      onEvent: (event) => {
        if (spinner && event.kind === 'progress')
          spinner.text = `${text} ${event.label} ${event.unit === 'bytes' ? humanSize(event.current) : event.current}`;
      },
    });
  } finally {
    spinner?.stop();
    process.off('SIGINT', onInterrupt);
  }
}
