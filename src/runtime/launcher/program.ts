// The launcher's program: where it is, and how it is started with a plan.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { CaissonError } from '../../core/index.ts';
import { encodePlan, type Step } from './step.ts';

/** A launcher that serves plans, the connection that its own plan went over, and the one over which its jobs go. */
export interface LaunchedServer {
  readonly child: ChildProcess;
  readonly socket: Socket;
  readonly jobs: Socket;
}

/** Gives a launcher a plan: the one that was started beside this program, else a new one. The connection is followed from then on. Throws `LAUNCHER_MISSING`. */
export function launch(steps: readonly Step[]): Socket {
  const socket = waiting() ?? begun();
  socket.write(encodePlan(steps));
  return socket;
}

/** Starts the launcher with a plan that ends with `serve`; throws `LAUNCHER_MISSING`. */
export function launchServer(steps: readonly Step[]): LaunchedServer {
  const child = begin('pipe', 'pipe');
  const [, , , socket, jobs] = child.stdio as unknown as readonly Socket[];
  if (!socket || !jobs) throw new TypeError('The launcher was started without its connections');
  socket.write(encodePlan(steps));
  return { child, socket, jobs };
}

/** The launcher that `bin/caisson` started before this program, for the first plan there is. */
function waiting(): Socket | undefined {
  const number = process.env['CAISSON_LAUNCHER'];
  delete process.env['CAISSON_LAUNCHER'];
  if (number === undefined || !/^\d+$/.test(number)) return undefined;
  try {
    if (fstatSync(Number(number)).isSocket()) return new Socket({ fd: Number(number) });
  } catch {
    // The variable came from elsewhere.
  }
  return undefined;
}

function begun(): Socket {
  const child = begin('pipe');
  const socket = child.stdio[3] as Socket;
  child.on('error', (error) => socket.destroy(error));
  return socket;
}

/** Descriptor 3 is a socket pair: the plan goes over it, then the supervisor's frames. */
function begin(...connections: 'pipe'[]): ChildProcess {
  const stdio = ['ignore', 'ignore', 'ignore', ...connections] as const;
  return spawn(launcherPath(), [], { stdio: [...stdio], cwd: '/', env: {} });
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
