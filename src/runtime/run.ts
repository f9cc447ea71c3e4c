// Runs a build step to its end.

import { rmSync } from 'node:fs';
import { Writable } from 'node:stream';
import { externalError } from './external/index.ts';
import { ATTACH, FRAME, frame, launch } from './launcher/index.ts';
import { attachBits, openSession, planBundle, type StepServer } from './lifecycle/index.ts';
import type { Bundle, ExitStatus, RunOptions } from './types.ts';

/** What steps are run with. */
export interface RunPlace {
  readonly runDirectory: string;
  readonly server: StepServer;
}

/** Runs a bundle; see {@link Runtime.run}. */
export async function run(bundle: Bundle, options: RunOptions, place: RunPlace): Promise<ExitStatus> {
  const { signal, runtime = 'launcher', streams } = options;
  signal?.throwIfAborted();
  const served = runtime === 'launcher' && streams === undefined && place.server.takes(bundle);
  const status = await (served
    ? place.server.run(bundle, options)
    : runAlone(bundle, options, place.runDirectory));
  signal?.throwIfAborted();
  return status;
}

/** In a launcher of its own, which makes the step's control groups, or under an OCI runtime. */
async function runAlone(bundle: Bundle, options: RunOptions, runDirectory: string): Promise<ExitStatus> {
  const { onOutput, signal, runtime } = options;
  const streams = options.streams ?? {
    stdout: sink('stdout', onOutput),
    stderr: sink('stderr', onOutput),
  };
  const attach = attachBits(streams) | ATTACH.patient;
  const openStdin = (attach & ATTACH.stdin) !== 0;
  const { steps, external } = planBundle(bundle, { runtime, runDirectory, openStdin, attach });
  const socket = launch(steps);
  const session = openSession(socket, {
    streams,
    endStdin: true,
    args: bundle.spec.process.args,
  });
  const abort = () => socket.write(frame(FRAME.signal, Buffer.of(9, 0, 0, 0)));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const status = await session.ended;
    const error = external && status.code !== 0 ? externalError(external) : undefined;
    if (error && !signal?.aborted) throw error;
    return status;
  } finally {
    signal?.removeEventListener('abort', abort);
    socket.destroy();
    if (external) rmSync(external.directory, { recursive: true, force: true });
  }
}

function sink(stream: 'stdout' | 'stderr', onOutput: RunOptions['onOutput']): Writable {
  return new Writable({
    write(data: Buffer, _encoding, done) {
      onOutput(stream, data);
      done();
    },
  });
}
