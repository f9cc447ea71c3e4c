// Runs a build step to its end.

import { rmSync } from 'node:fs';
import { Writable } from 'node:stream';
import { isCaissonError } from '../core/index.ts';
import { externalError } from './external/index.ts';
import { ATTACH, FRAME, frame, launch } from './launcher/index.ts';
import { openSession, planBundle, removeCgroups } from './lifecycle/index.ts';
import type { Bundle, ExitStatus, RunOptions } from './types.ts';

/** Runs a bundle; see {@link Runtime.run}. */
export async function run(bundle: Bundle, options: RunOptions, runDirectory: string): Promise<ExitStatus> {
  const { onOutput, signal, runtime } = options;
  signal?.throwIfAborted();
  const { steps, external } = planBundle(bundle, {
    runtime,
    runDirectory,
    openStdin: false,
    attach: ATTACH.stdout | ATTACH.stderr | ATTACH.patient,
  });
  const { child, socket } = launch(steps);
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
    const error = external && status.code !== 0 ? externalError(external) : undefined;
    if (error) throw error;
    return status;
  } catch (error) {
    // A supervisor that was killed could not remove its container's control groups.
    if (isCaissonError(error, 'RUNTIME_FAILED')) await removeCgroups(bundle.id);
    throw error;
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
