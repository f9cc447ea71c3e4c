// The launcher's program: where it is, and how it is started with a plan.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { CaissonError } from '../../core/index.ts';
import { encodePlan, type Step } from './step.ts';

/** A started launcher and the connection that the plan went over. */
export interface LaunchedProgram {
  readonly child: ChildProcess;
  readonly socket: Socket;
}

/** A launcher that serves plans, and the connection over which its jobs go. */
export interface LaunchedServer extends LaunchedProgram {
  readonly jobs: Socket;
}

/** Starts the launcher, which comes up while what its plan needs gets `ready`, and gives it the plan; throws `LAUNCHER_MISSING`, and what `ready` fails with. */
export async function launch(steps: readonly Step[], ready?: Promise<unknown>): Promise<LaunchedProgram> {
  // Descriptor 3 is a socket pair: the plan goes over it, then the supervisor's frames.
  const launched = begin('pipe');
  const { child, socket } = launched;
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
  };
  child.on('error', fail);
  socket.on('error', fail);
  try {
    await ready;
    if (failure) throw failure;
  } catch (error) {
    socket.destroy();
    throw error;
  }
  child.off('error', fail);
  socket.off('error', fail);
  socket.write(encodePlan(steps));
  return launched;
}

/** Starts the launcher with a plan that ends with `serve`; throws `LAUNCHER_MISSING`. */
export function launchServer(steps: readonly Step[]): LaunchedServer {
  const launched = begin('pipe', 'pipe');
  launched.socket.write(encodePlan(steps));
  return { ...launched, jobs: launched.child.stdio[4] as Socket };
}

function begin(...connections: 'pipe'[]): LaunchedProgram {
  const stdio = ['ignore', 'ignore', 'ignore', ...connections] as const;
  const child = spawn(launcherPath(), [], { stdio: [...stdio], cwd: '/', env: {} });
  return { child, socket: child.stdio[3] as Socket };
}

let found: string | undefined;

/** The launcher's file. Beside the bundled code in a release, in `dist/` for the sources. Throws `LAUNCHER_MISSING`. */
export function launcherPath(): string {
  found ??= ['./', '../', '../../../dist/']
    .map((folder) => fileURLToPath(new URL(`${folder}caisson-launcher`, import.meta.url)))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new CaissonError(
    'LAUNCHER_MISSING',
    'The launcher, the program that starts containers, is not built',
    {
      hint: 'Run: sh src/runtime/launcher/build.sh',
    },
  );
}
