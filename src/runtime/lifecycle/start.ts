// Starts a container whose supervisor outlives this process.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { containerStarted } from '../external/index.ts';
import { ATTACH, launch } from '../launcher/index.ts';
import type { Bundle, RunningContainer, StartOptions } from '../types.ts';
import { openContainer, runningContainer } from './container.ts';
import { planBundle } from './plan.ts';
import { attachBits, openSession, type Session } from './session.ts';

/** Starts a bundle; see {@link Runtime.start}. */
export async function start(
  bundle: Bundle,
  options: StartOptions,
  runDirectory: string,
): Promise<RunningContainer> {
  const { directory, openStdin, attach, runtime, exitCommand } = options;
  for (const stale of ['exit.json', 'runtime.json', 'runtime.log', 'pid'])
    rmSync(join(directory, stale), { force: true });
  const { steps, external } = planBundle(bundle, {
    runtime,
    runDirectory,
    directory,
    openStdin,
    attach: attach === undefined ? 0 : attachBits(attach) | ATTACH.patient,
    ...(exitCommand ? { exitCommand } : {}),
  });
  const socket = launch(steps);
  const session = openSession(socket, { streams: attach, endStdin: true, args: bundle.spec.process.args });
  const attached = attach === undefined ? undefined : session;
  try {
    const hello = await session.started;
    if (external) await containerStarted(external, session.ended);
    return (
      (external && (await reopened(directory, attached))) ?? runningContainer(directory, hello, attached)
    );
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    if (attach === undefined) socket.destroy();
    else session.ended.then(() => socket.destroy()).catch(() => attach.detach?.aborted || socket.destroy());
  }
}

/** The container of an OCI runtime with the pid of its own process, known only by now. */
async function reopened(
  directory: string,
  attached: Session | undefined,
): Promise<RunningContainer | undefined> {
  const found = await openContainer(directory);
  return found && runningContainer(directory, { ...found, terminal: false }, attached);
}
