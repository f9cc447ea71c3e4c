// The terminal's own streams as a container's: raw mode, size changes, detaching, and giving the terminal back.

import { spawnSync } from 'node:child_process';
import { PassThrough, type Readable, type Transform } from 'node:stream';
import { CaissonError } from '../core/index.ts';
import type { AttachedStreams } from '../runtime/index.ts';
import { detachFilter } from './detach.ts';

/** What is to be connected. */
export interface StreamChoice {
  readonly stdin: boolean;
  readonly terminal: boolean;
  /** Whether keys let it go on without the terminal (default: yes). */
  readonly detachable?: boolean;
}

/** This process's streams as a container's. */
export interface OwnStreams extends Disposable {
  readonly streams: AttachedStreams;
  /** Lets the container go on without this process. */
  readonly detach: () => void;
}

/** Connects this process's streams; disposing takes the terminal out of raw mode. Throws `NO_TERMINAL`. */
export function ownStreams({ stdin, terminal, detachable = true }: StreamChoice): OwnStreams {
  if (terminal && stdin && !process.stdin.isTTY)
    throw new CaissonError('NO_TERMINAL', 'The input device is not a terminal', {
      hint: 'Leave -t out: -i alone passes standard input on.',
    });
  const raw = terminal && stdin;
  if (raw) makeRaw();
  const detached = new AbortController();
  const detach = () => detached.abort();
  return {
    detach,
    streams: {
      stdin: stdin ? ownStdin(raw && detachable ? detachFilter(detach) : new PassThrough()) : 'null',
      stdout: process.stdout,
      stderr: process.stderr,
      detach: detached.signal,
      ...(terminal && process.stdout.isTTY ? { resize: sizes(process.stdout) } : {}),
    },
    [Symbol.dispose]() {
      if (raw) process.stdin.setRawMode(false);
      process.stdin.destroy();
    },
  };
}

/** Node's raw mode still turns line feeds into carriage returns and line feeds, which the container's terminal does already. */
function makeRaw(): void {
  process.stdin.setRawMode(true);
  spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
}

/** Standard input through a stream that can be dropped without closing it. */
function ownStdin(through: Transform): Readable {
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
