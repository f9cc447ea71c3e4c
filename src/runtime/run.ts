// Runs a build step to its end.

import { Writable } from 'node:stream';
import { ATTACH, compilePlan, FRAME, frame, launch } from './launcher/index.ts';
import { cgroupSteps, openSession } from './lifecycle/index.ts';
import type { Bundle, ExitStatus, RunOptions } from './types.ts';

/** Runs a bundle in the launcher; see {@link Runtime.run}. */
export async function run(bundle: Bundle, { onOutput, signal }: RunOptions): Promise<ExitStatus> {
  signal?.throwIfAborted();
  const plan = compilePlan(bundle, {
    transient: true,
    openStdin: false,
    attach: ATTACH.stdout | ATTACH.stderr | ATTACH.patient,
    cgroup: cgroupSteps(bundle, false),
  });
  const { child, socket } = launch(plan);
  const session = openSession(socket, {
    streams: { stdout: sink('stdout', onOutput), stderr: sink('stderr', onOutput) },
    endStdin: false,
    args: bundle.spec.process.args,
  });
  child.on('error', (error) => socket.destroy(error));
  const abort = () => socket.write(frame(FRAME.signal, Buffer.of(9, 0, 0, 0)));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const status = await session.ended;
    signal?.throwIfAborted();
    return status;
  } finally {
    signal?.removeEventListener('abort', abort);
    socket.destroy();
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
