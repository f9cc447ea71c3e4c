// One connection to a supervisor with streams on it.

import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';
import { ATTACH, FRAME, frame, type Hello, launchError, type Message, receive } from '../launcher/index.ts';
import type { AttachedStreams, ExitStatus } from '../types.ts';
import { statusOf } from './status.ts';

/** A process followed over its connection. */
export interface Session {
  readonly socket: Socket;
  /** Resolves when the process runs; rejects when it cannot be started. */
  readonly started: Promise<Hello>;
  /** Resolves when it has ended and all its output is handed on; rejects when it could not start or the connection is cut. */
  readonly ended: Promise<ExitStatus>;
  /** Answers to signals and resizes: an errno, 0 for success. */
  readonly answer: () => Promise<number>;
}

/** How a session treats its streams. */
export interface SessionOptions {
  readonly streams?: AttachedStreams | undefined;
  /** The end of the streams' stdin is the end of the process's. */
  readonly endStdin: boolean;
  /** For messages: the command, as asked for. */
  readonly args: readonly string[];
  /** The process is still to be made: what the supervisor says of the container itself does not count as its start. */
  readonly inContainer?: boolean;
}

/** The attach bits of the streams that are given. */
export function attachBits(streams: AttachedStreams | undefined): number {
  if (streams === undefined) return 0;
  const { stdin, stdout, stderr } = streams;
  const input = stdin !== undefined && stdin !== 'null' ? ATTACH.stdin : 0;
  return ATTACH.wait | input | (stdout ? ATTACH.stdout : 0) | (stderr ? ATTACH.stderr : 0);
}

/** Follows a process over `socket`, moving its streams. */
export function openSession(socket: Socket, options: SessionOptions): Session {
  const started = Promise.withResolvers<Hello>();
  const ended = Promise.withResolvers<ExitStatus>();
  const answers: ((errno: number) => void)[] = [];
  const { streams = {} } = options;
  const fail = (error: unknown): void => {
    started.reject(error);
    ended.reject(error);
  };
  // Whoever asks for one of the two sees the failure; the other must not count as unhandled.
  started.promise.catch(() => undefined);
  ended.promise.catch(() => undefined);
  const stop = forwardInput(socket, streams, options.endStdin, started.promise);
  ended.promise.finally(stop).catch(() => undefined);
  const letGo = () => {
    // No longer attached when the connection ends: then its end is not the end of the process's stdin.
    if (!socket.destroyed) socket.end(frame(FRAME.attach, Buffer.of(0)));
    fail(connectionCut());
  };
  if (streams.detach?.aborted) letGo();
  streams.detach?.addEventListener('abort', letGo, { once: true });
  ended.promise.finally(() => streams.detach?.removeEventListener('abort', letGo)).catch(() => undefined);
  const onMessage = (message: Message): void => {
    if (streams.detach?.aborted) return;
    if (message.kind === 'stdout') forward(socket, message.data, streams.stdout);
    else if (message.kind === 'stderr') forward(socket, message.data, streams.stderr);
    else if (message.kind === 'exit') ended.resolve(statusOf(message));
    else if (message.kind === 'error') fail(launchError(message, options.args));
    else if (message.kind === 'done') answers.shift()?.(message.errno);
    else if (message.kind === 'started' || (message.kind === 'hello' && !options.inContainer))
      started.resolve(message);
  };
  receive(socket, onMessage, () => fail(connectionCut()));
  const answer = () => Promise.race([new Promise<number>((resolve) => answers.push(resolve)), gone(socket)]);
  return { socket, started: started.promise, ended: ended.promise, answer };
}

/** The connection ended before the process did. */
function connectionCut(): CaissonError {
  return new CaissonError(
    'RUNTIME_FAILED',
    "The container's supervisor ended without saying how the container ended",
  );
}

/** A slow reader slows the connection, and with it, in the end, the container. */
function forward(socket: Socket, data: Buffer, to: Writable | undefined): void {
  if (to === undefined || to.destroyed || to.write(Buffer.from(data))) return;
  socket.pause();
  const go = (): void => {
    to.off('drain', go).off('close', go).off('error', go);
    socket.resume();
  };
  to.on('drain', go).on('close', go).on('error', go);
}

function gone(socket: Socket): Promise<never> {
  return new Promise((_, reject) => socket.once('close', () => reject(connectionCut())));
}

function forwardInput(
  socket: Socket,
  { stdin, resize }: AttachedStreams,
  endStdin: boolean,
  started: Promise<unknown>,
): () => void {
  const sizes = resize?.[Symbol.asyncIterator]();
  // A size that comes before the terminal is there would be lost.
  if (sizes) started.then(() => forwardSizes(socket, sizes)).catch(() => undefined);
  const stop = stdin === undefined || stdin === 'null' ? undefined : forwardStdin(socket, stdin, endStdin);
  return () => {
    stop?.();
    // An iterator that waits for its next value cannot be hurried, only told.
    void sizes?.return?.();
  };
}

function forwardStdin(socket: Socket, stdin: Readable, endStdin: boolean): () => void {
  const onData = (data: Buffer | string): void => {
    if (socket.destroyed || socket.write(frame(FRAME.stdin, Buffer.from(data as string)))) return;
    stdin.pause();
    socket.once('drain', () => stdin.resume());
  };
  const onEnd = (): void => {
    if (endStdin && !socket.destroyed) socket.write(frame(FRAME.stdinEnd));
  };
  stdin.on('data', onData).once('end', onEnd);
  return () => {
    stdin.off('data', onData).off('end', onEnd);
    stdin.pause();
  };
}

async function forwardSizes(
  socket: Socket,
  sizes: AsyncIterator<{ readonly width: number; readonly height: number }>,
): Promise<void> {
  for (let next = await sizes.next(); !next.done && !socket.destroyed; next = await sizes.next())
    socket.write(resizeFrame(next.value));
}

/** The frame of a terminal's new size. */
export function resizeFrame({ width, height }: { readonly width: number; readonly height: number }): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt16LE(Math.min(width, 65535));
  payload.writeUInt16LE(Math.min(height, 65535), 2);
  return frame(FRAME.resize, payload);
}
