// A connection to a supervisor: frames in both directions (supervisor.h is the other side).

import type { Socket } from 'node:net';

/** What to receive and send on an attached connection. */
export const ATTACH = { stdin: 1, stdout: 2, stderr: 4, patient: 8, wait: 16 } as const;

/** A process that has started, or a container found running; `startedAt` in milliseconds since the epoch. */
export interface Hello {
  readonly pid: number;
  readonly terminal: boolean;
  readonly startedAt: number;
}

/** A step that failed: which, and why. */
export interface StepFailure {
  readonly index: number;
  readonly errno: number;
  readonly name: string;
  readonly detail: string;
}

/** What a supervisor says. */
export type Message =
  | ({ readonly kind: 'hello' | 'started' } & Hello)
  | { readonly kind: 'stdout' | 'stderr'; readonly data: Buffer }
  | { readonly kind: 'exit'; readonly code: number; readonly signal: number; readonly oomKilled: boolean }
  | ({ readonly kind: 'error' } & StepFailure)
  | { readonly kind: 'done'; readonly errno: number };

/** Frames that go to the supervisor. */
export const FRAME = { attach: 1, stdin: 2, stdinEnd: 3, resize: 4, signal: 5, exec: 6, run: 7 } as const;

const HEAD = 8;

/** How many numbers there are for the jobs of a connection; 0 stands for the only one. */
export const JOB_NUMBERS = 2 ** 24;

/** A frame to send. */
export function frame(type: number, payload: Uint8Array = new Uint8Array(), job = 0): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD + payload.length);
  bytes.writeUInt32LE(type + job * 256, 0);
  bytes.writeUInt32LE(payload.length, 4);
  bytes.set(payload, HEAD);
  return bytes;
}

/** Calls `onMessage` for each message of the socket, in order, with the number of its job; a cut connection is `onClose`. */
export function receive(
  socket: Socket,
  onMessage: (message: Message, job: number) => void,
  onClose: () => void,
): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= HEAD) {
      const size = rest.readUInt32LE(at + 4);
      if (rest.length - at < HEAD + size) break;
      const message = decode(rest[at] ?? 0, rest.subarray(at + HEAD, at + HEAD + size));
      if (message) onMessage(message, rest.readUIntLE(at + 1, 3));
      at += HEAD + size;
    }
    rest = rest.subarray(at);
  });
  // A supervisor that ends resets the connection when something was still on its way to it.
  socket.on('error', () => undefined);
  socket.on('close', onClose);
}

function decode(type: number, payload: Buffer): Message | undefined {
  switch (type) {
    case 16:
    case 17:
      return {
        kind: type === 16 ? 'hello' : 'started',
        pid: payload.readUInt32LE(0),
        terminal: payload.readUInt32LE(4) !== 0,
        startedAt: Number(payload.readBigInt64LE(8)),
      };
    case 18:
    case 19:
      return { kind: type === 18 ? 'stdout' : 'stderr', data: payload };
    case 20:
      return {
        kind: 'exit',
        code: payload.readInt32LE(0),
        signal: payload.readInt32LE(4),
        oomKilled: payload.readUInt32LE(8) !== 0,
      };
    case 21:
      return failure(payload);
    case 22:
      return { kind: 'done', errno: payload.readInt32LE(0) };
    default:
      return undefined;
  }
}

function failure(payload: Buffer): Message {
  const [name = '', detail = ''] = payload.toString('utf8', 8).split('\0');
  return { kind: 'error', index: payload.readInt32LE(0), errno: payload.readInt32LE(4), name, detail };
}
