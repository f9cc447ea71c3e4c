// The terminal's own streams as a container's: raw mode, size changes, and giving the terminal back.

import { PassThrough, type Readable } from 'node:stream';
import type { AttachedStreams } from '../runtime/index.ts';

/** What is to be connected. */
export interface StreamChoice {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly terminal: boolean;
}

/** This process's streams for a container; `restore` takes the terminal out of raw mode. */
export function ownStreams(choice: StreamChoice): {
  readonly streams: AttachedStreams;
  readonly restore: () => void;
} {
  const raw = choice.terminal && choice.stdin && process.stdin.isTTY;
  if (raw) process.stdin.setRawMode(true);
  const streams: AttachedStreams = {
    stdin: choice.stdin ? ownStdin() : 'null',
    ...(choice.stdout ? { stdout: process.stdout } : {}),
    ...(choice.stderr ? { stderr: process.stderr } : {}),
    ...(choice.terminal && process.stdout.isTTY ? { resize: sizes(process.stdout) } : {}),
  };
  return {
    streams,
    restore: () => {
      if (raw) process.stdin.setRawMode(false);
      process.stdin.destroy();
    },
  };
}

/** Standard input through a stream that can be dropped without closing it. */
function ownStdin(): Readable {
  const through = new PassThrough();
  process.stdin.on('error', () => through.end());
  return process.stdin.pipe(through);
}

async function* sizes(
  stream: NodeJS.WriteStream,
): AsyncGenerator<{ readonly width: number; readonly height: number }> {
  const size = () => ({ width: stream.columns, height: stream.rows });
  yield size();
  while (true) {
    await new Promise((resolve) => stream.once('resize', resolve));
    yield size();
  }
}

/** Forwards the signals that a container should see (`docker run --sig-proxy`) to `send`; the result stops it. */
export function forwardSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];
  const handlers = signals.map((signal) => [signal, () => send(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
