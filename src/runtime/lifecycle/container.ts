// A running container, reached through its supervisor's socket.

import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { constants as os } from 'node:os';
import { join } from 'node:path';
import { CaissonError, errnoOf } from '../../core/index.ts';
import type { RuntimeProcess } from '../../oci/index.ts';
import { externalExecPlan, readBundle, runtimeJson } from '../external/index.ts';
import { ATTACH, compileExecPlan, encodeSteps, FRAME, frame, type Hello } from '../launcher/index.ts';
import type { AttachedStreams, ExitStatus, RunningContainer } from '../types.ts';
import { attachBits, openSession, resizeFrame, type Session } from './session.ts';
import { readExitStatus, signalNumber } from './status.ts';

/** The container whose supervisor listens in `directory`; `attached`: the starter's session, if it has streams. */
export function runningContainer(directory: string, hello: Hello, attached?: Session): RunningContainer {
  const control = (payload: Buffer) => ask(directory, payload);
  return {
    pid: hello.pid,
    startedAt: hello.startedAt,
    kill: (signal) => control(frame(FRAME.signal, Buffer.of(signalNumber(signal), 0, 0, 0))),
    resize: (size) => control(resizeFrame(size)),
    wait: () => attached?.ended ?? wait(directory),
    attach: (streams) => attach(directory, streams),
    exec: (process, streams, options) => exec(directory, process, streams, options?.detached ?? false),
  };
}

/** Finds a container by its folder; undefined when nobody listens there. */
export async function openContainer(directory: string): Promise<RunningContainer | undefined> {
  const socket = await connectTo(directory);
  if (socket === undefined) return undefined;
  const session = openSession(socket, { endStdin: false, args: [] });
  try {
    return runningContainer(directory, await session.started);
  } catch {
    // It ended, or failed to start, while we were connecting.
    return undefined;
  } finally {
    socket.destroy();
  }
}

/** Connects to the supervisor of `directory`; undefined when there is none. */
async function connectTo(directory: string): Promise<Socket | undefined> {
  // A socket's path holds 107 bytes; a descriptor's name in /proc is short whatever the folder is called.
  let folder: number;
  try {
    folder = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const path = join(directory, 'socket');
  const { promise, resolve, reject } = Promise.withResolvers<Socket | undefined>();
  const socket = connect(Buffer.byteLength(path) < 104 ? path : `/proc/self/fd/${folder}/socket`);
  socket.once('connect', () => resolve(socket));
  socket.once('error', (error) =>
    ['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(errnoOf(error) ?? '')
      ? resolve(undefined)
      : reject(error),
  );
  return promise.finally(() => closeSync(folder));
}

async function mustConnect(directory: string): Promise<Socket> {
  const socket = await connectTo(directory);
  if (socket === undefined) throw notRunning();
  return socket;
}

function notRunning(): CaissonError {
  return new CaissonError('CONTAINER_NOT_RUNNING', 'The container is not running');
}

/** Sends one request and checks its answer. */
async function ask(directory: string, request: Buffer): Promise<void> {
  const session = openSession(await mustConnect(directory), { endStdin: false, args: [] });
  try {
    session.socket.write(request);
    const errno = await session.answer();
    if (errno === os.errno.ESRCH) throw notRunning();
    if (errno === os.errno.ENOTTY)
      throw new CaissonError('NO_TERMINAL', 'The container was started without a terminal');
    if (errno !== 0)
      throw new CaissonError('RUNTIME_FAILED', `The container refused the request: errno ${errno}`);
  } finally {
    session.socket.destroy();
  }
}

async function wait(directory: string): Promise<ExitStatus> {
  const socket = await connectTo(directory);
  if (socket === undefined) return left(directory);
  socket.write(frame(FRAME.attach, Buffer.of(ATTACH.wait)));
  try {
    return await openSession(socket, { endStdin: false, args: [] }).ended;
  } catch {
    return left(directory);
  } finally {
    socket.destroy();
  }
}

/** The status in the folder of a container that has ended. */
function left(directory: string): ExitStatus {
  const { finishedAt: _, ...status } = readExitStatus(directory) ?? { finishedAt: 0, code: -1 };
  if (status.code >= 0) return status;
  throw new CaissonError('RUNTIME_FAILED', 'The container ended without leaving an exit status', {
    hint: 'Its supervisor was killed, or the machine stopped.',
  });
}

async function attach(directory: string, streams: AttachedStreams): Promise<void> {
  const socket = await mustConnect(directory);
  socket.write(frame(FRAME.attach, Buffer.of(attachBits(streams))));
  try {
    await openSession(socket, { streams, endStdin: false, args: [] }).ended;
  } catch (error) {
    if (!streams.detach?.aborted) throw error;
  } finally {
    if (!streams.detach?.aborted) socket.destroy();
  }
}

async function exec(
  directory: string,
  process: RuntimeProcess,
  streams: AttachedStreams,
  detached: boolean,
): Promise<ExitStatus> {
  const socket = await mustConnect(directory);
  const openStdin = streams.stdin !== undefined && streams.stdin !== 'null';
  const external = readBundle(directory);
  const file = join(directory, `exec-${randomUUID()}.json`);
  if (external) writeFileSync(file, runtimeJson(process), { mode: 0o600 });
  const plan = external
    ? externalExecPlan(process, external, openStdin, file)
    : compileExecPlan(process, openStdin);
  socket.write(frame(FRAME.exec, encodeSteps(plan)));
  const session = openSession(socket, { streams, endStdin: true, args: process.args, inContainer: true });
  try {
    if (!detached) return await session.ended;
    await session.started;
    return { code: 0 };
  } finally {
    if (!streams.detach?.aborted) socket.destroy();
    // A detached one is read when this call is over; it goes with the folder.
    if (external && !detached) rmSync(file, { force: true });
  }
}
