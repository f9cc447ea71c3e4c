// Runs a build step to its end.

import { CaissonError } from '../core/index.ts';
import { ATTACH, FRAME, frame, type Message, receive } from './launcher/connection.ts';
import { launchError } from './launcher/failure.ts';
import { compilePlan } from './launcher/plan.ts';
import { launch } from './launcher/program.ts';
import { exitStatus } from './lifecycle/status.ts';
import type { Bundle, ExitStatus, RunOptions } from './types.ts';

/** Runs a bundle in the launcher; see {@link Runtime.run}. */
export async function run(bundle: Bundle, options: RunOptions): Promise<ExitStatus> {
  options.signal?.throwIfAborted();
  const plan = compilePlan(bundle, {
    transient: true,
    openStdin: false,
    attach: ATTACH.stdout | ATTACH.stderr | ATTACH.patient,
    cgroup: { steps: [], mounts: () => [] },
  });
  const { child, socket } = launch(plan);
  const { promise, resolve, reject } = Promise.withResolvers<ExitStatus>();
  const onMessage = (message: Message): void => {
    if (message.kind === 'stdout' || message.kind === 'stderr') options.onOutput(message.kind, message.data);
    else if (message.kind === 'exit') resolve(exitStatus(message));
    else if (message.kind === 'error') reject(launchError(message, bundle.spec.process.args));
  };
  receive(socket, onMessage, () => reject(lost()));
  child.on('error', reject);
  const abort = () => socket.write(frame(FRAME.signal, Buffer.of(9, 0, 0, 0)));
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const status = await promise;
    options.signal?.throwIfAborted();
    return status;
  } finally {
    options.signal?.removeEventListener('abort', abort);
    socket.destroy();
  }
}

function lost(): CaissonError {
  return new CaissonError(
    'RUNTIME_FAILED',
    'The container’s supervisor ended without saying how the container ended',
  );
}
