// One launcher for all steps of a build: it is started once, is in the steps' control group, and runs the plans it is sent.

import { isDeepStrictEqual } from 'node:util';
import { newSession } from '../../store/index.ts';
import { encodeSteps, FRAME, frame, JOB_NUMBERS } from '../launcher/index.ts';
import { denyAllDevices } from '../spec/index.ts';
import type { Bundle, ExitStatus, RunOptions } from '../types.ts';
import { stepGroup } from './cgroup.ts';
import { planJob } from './plan.ts';
import { openConnection, type ServerConnection } from './server-connection.ts';

/** Runs the steps that need no limits of their own. It starts with the first one and again after a failure. */
export interface StepServer extends AsyncDisposable {
  /** Starts it, so that it is ready when a step comes. */
  warm(): void;
  /** Whether it can run the bundle now. */
  takes(bundle: Bundle): boolean;
  /** Runs a step to its end. An abort kills it. Throws as {@link Runtime.run}. */
  run(bundle: Bundle, options: RunOptions): Promise<ExitStatus>;
}

/** What the devices' group of the server allows: what a step gets that asks for nothing. */
const resources = { devices: [denyAllDevices] };
/** The launcher has slots for some more. */
const mostJobs = 100;

/** A server that is not started yet. */
export function createStepServer(runDirectory: string): StepServer {
  const open = new Set<ServerConnection>();
  let current: ServerConnection | undefined;
  let numbers = 0;
  const connection = (): ServerConnection => {
    if (current) return current;
    const made = openConnection(stepGroup(newSession(), runDirectory), resources);
    open.add(made);
    current = made;
    made.ended.then(() => {
      open.delete(made);
      if (current === made) current = undefined;
    });
    return made;
  };
  return {
    warm() {
      try {
        connection();
      } catch {
        // The first step says what is missing.
      }
    },
    takes: (bundle) => (current?.running() ?? 0) < mostJobs && isPlain(bundle),
    run(bundle, options) {
      numbers = (numbers % (JOB_NUMBERS - 1)) + 1;
      return runJob(connection(), numbers, bundle, options);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((one) => one.close()));
    },
  };
}

/** No limits, devices, groups or init of its own: nothing that the server would have to do for one job alone. */
function isPlain({ spec: { linux }, init }: Bundle): boolean {
  return (
    !init &&
    linux.cgroupsPath === undefined &&
    !linux.namespaces.some(({ type, path }) => type === 'cgroup' || (type === 'pid' && path !== undefined)) &&
    isDeepStrictEqual(linux.resources, resources)
  );
}

async function runJob(
  connection: ServerConnection,
  number: number,
  bundle: Bundle,
  { onOutput, signal }: RunOptions,
): Promise<ExitStatus> {
  const { promise, resolve, reject } = Promise.withResolvers<ExitStatus>();
  const plan = frame(FRAME.run, encodeSteps(planJob(bundle, connection.cgroup)), number);
  const abort = (): void => connection.send(frame(FRAME.signal, Buffer.of(9, 0, 0, 0), number));
  connection.add(number, { args: bundle.spec.process.args, onOutput, resolve, reject });
  signal?.addEventListener('abort', abort, { once: true });
  try {
    connection.send(plan);
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
