// A process that this terminal is connected to: its streams, its signals, its exit code.

import { constants } from 'node:os';
import type { ExitStatus } from '../runtime/index.ts';
import { type OwnStreams, ownStreams, type StreamChoice } from './streams.ts';

/** What is followed, and how it gets the signals that this process gets. */
export interface Attachment {
  /** Resolves with how it ended; undefined when it goes on without us. */
  readonly follow: (streams: OwnStreams['streams']) => Promise<ExitStatus | undefined>;
  /** Absent: signals are not passed on. */
  readonly kill?: (signal: NodeJS.Signals) => Promise<void>;
}

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
const fatal = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Follows a process to its end and gives the exit code: its own, 0 after detaching, 128 + n when a signal took the terminal away. */
export async function followAttached(choice: StreamChoice, { follow, kill }: Attachment): Promise<number> {
  using own = ownStreams(choice);
  let killedBy = 0;
  // With a terminal keys make the signals; one that comes from elsewhere is meant for this process.
  const stop = choice.terminal
    ? onSignals(fatal, (signal) => {
        killedBy = 128 + constants.signals[signal];
        own.detach();
      })
    : onSignals(forwarded, (signal) => void kill?.(signal).catch(() => undefined));
  try {
    const status = await follow(own.streams);
    if (!status && !killedBy) process.stderr.write('read escape sequence\n');
    return status?.code ?? killedBy;
  } finally {
    stop();
  }
}

/** Calls `handle` for these signals in place of what they do by themselves; the result stops it. */
function onSignals(signals: readonly NodeJS.Signals[], handle: (signal: NodeJS.Signals) => void): () => void {
  const handlers = signals.map((signal) => [signal, () => handle(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
