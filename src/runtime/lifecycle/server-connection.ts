// The connection to a launcher that serves plans: jobs by their numbers, and what becomes of them when it ends.

import { CaissonError } from '../../core/index.ts';
import type { RuntimeResources } from '../../oci/index.ts';
import {
  type CgroupSteps,
  childStep,
  joinSteps,
  launchError,
  launchServer,
  type Message,
  receive,
} from '../launcher/index.ts';
import type { ExitStatus, RunOptions } from '../types.ts';
import { cgroupSteps, removeCgroups } from './cgroup.ts';
import { openSession } from './session.ts';
import { statusOf } from './status.ts';

/** A step that a server runs, and where its end goes. */
export interface Job {
  readonly args: readonly string[];
  readonly onOutput: RunOptions['onOutput'];
  readonly resolve: (status: ExitStatus) => void;
  readonly reject: (error: unknown) => void;
}

/** A server that was started. */
export interface ServerConnection {
  /** The control groups that its jobs are born in. */
  readonly cgroup: CgroupSteps;
  /** How many jobs run. */
  running(): number;
  /** Notes a job, which keeps this process alive until it ends. */
  add(number: number, job: Job): void;
  send(frame: Buffer): void;
  /** Resolves when the server takes no more jobs: it was closed, failed or was killed. */
  readonly ended: Promise<void>;
  /** Ends the server with all its jobs; resolves when nothing of it is left. */
  close(): Promise<void>;
}

/** Starts a server in control groups called `name`; a failure of its start is that of its jobs. Throws `LAUNCHER_MISSING`, `CGROUP_UNAVAILABLE`. */
export function openConnection(name: string, resources: RuntimeResources): ServerConnection {
  const cgroup = cgroupSteps({ id: name, spec: { linux: { namespaces: [], resources } } }, false);
  const steps = [...cgroup.steps, ...joinSteps(cgroup), childStep('die-with-parent'), childStep('serve')];
  const { child, socket, jobs: connection } = launchServer(steps);
  const session = openSession(socket, { endStdin: false, args: [] });
  const running = new Map<number, Job>();
  const exited = Promise.withResolvers<void>();
  const cut = Promise.withResolvers<void>();
  child.once('exit', () => exited.resolve());
  child.once('error', (error) => {
    socket.destroy(error);
    connection.destroy();
    exited.resolve();
  });
  for (const handle of [child, socket, connection]) handle.unref();
  const settle = (number: number): void => {
    running.delete(number);
    if (running.size === 0) connection.unref();
  };
  const onMessage = (message: Message, number: number): void => {
    const job = running.get(number);
    if (job && tell(job, message)) settle(number);
  };
  receive(connection, onMessage, cut.resolve);
  return {
    cgroup,
    running: () => running.size,
    add(number, job) {
      running.set(number, job);
      connection.ref();
    },
    send: (frame) => void connection.write(frame),
    ended: cut.promise.then(async () => {
      // Until it is known why, with nothing else left that would keep this process alive.
      socket.ref();
      const error = await session.ended.then(stopped, failed);
      // A supervisor that was killed could not.
      await removeCgroups(name).catch(() => undefined);
      for (const job of running.values()) job.reject(error);
      running.clear();
      socket.unref();
    }),
    async close() {
      child.ref();
      socket.destroy();
      connection.destroy();
      await exited.promise;
    },
  };
}

/** Hands a message to its job; true when that was the last one. */
function tell(job: Job, message: Message): boolean {
  if (message.kind === 'stdout' || message.kind === 'stderr')
    job.onOutput(message.kind, Buffer.from(message.data));
  else if (message.kind === 'exit') job.resolve(statusOf(message));
  else if (message.kind === 'error') job.reject(launchError(message, job.args));
  return message.kind === 'exit' || message.kind === 'error';
}

function stopped({ signal, code }: ExitStatus): CaissonError {
  const how = signal === undefined ? `with status ${code}` : `killed by ${signal}`;
  return new CaissonError('RUNTIME_FAILED', `The launcher that runs the build's steps ended early, ${how}`, {
    hint: 'Run the build again; the kernel kills processes when the machine is out of memory.',
  });
}

/** Either it told why it could not start, or its supervisor was killed. */
function failed(cause: unknown): unknown {
  if (cause instanceof CaissonError && cause.message.startsWith('The container could not start'))
    return cause;
  return new CaissonError('RUNTIME_FAILED', "The launcher that runs the build's steps was killed", {
    hint: 'Run the build again.',
    cause,
  });
}
