// Starts a container whose supervisor outlives this process.

import { ATTACH, compilePlan, launch } from '../launcher/index.ts';
import type { Bundle, RunningContainer, StartOptions } from '../types.ts';
import { cgroupSteps } from './cgroup.ts';
import { runningContainer } from './container.ts';
import { attachBits, openSession } from './session.ts';

/** Starts a bundle in the launcher; see {@link Runtime.start}. */
export async function start(bundle: Bundle, options: StartOptions): Promise<RunningContainer> {
  const { directory, openStdin, attach, exitCommand } = options;
  const plan = compilePlan(bundle, {
    transient: false,
    directory,
    openStdin,
    attach: attach === undefined ? 0 : attachBits(attach) | ATTACH.patient,
    ...(exitCommand ? { exitCommand } : {}),
    cgroup: cgroupSteps(bundle, true),
  });
  const { child, socket } = launch(plan);
  const session = openSession(socket, { streams: attach, endStdin: true, args: bundle.spec.process.args });
  child.on('error', (error) => socket.destroy(error));
  try {
    const hello = await session.started;
    if (attach === undefined) socket.destroy();
    else session.ended.finally(() => socket.destroy()).catch(() => undefined);
    return runningContainer(directory, hello, attach === undefined ? undefined : session);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
