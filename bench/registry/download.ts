// Downloads over one kept connection, read into one buffer: Node's own client would need more of the machine than the servers do.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection for one download after the other. */
export interface Downloads {
  /** Bytes of the body; what they are is not looked at. */
  get(path: string): Promise<number>;
  close(): void;
}

interface Answer {
  /** Bytes of the body still to come; undefined until the head is there. */
  left: number | undefined;
  head: string;
  readonly done: (bytes: number) => void;
  readonly failed: (error: Error) => void;
}

/** Connects to the server at `url`, which is to answer with `Content-Length`. */
export async function openDownloads(url: string): Promise<Downloads> {
  const { hostname, port, host } = new URL(url);
  let answer: Answer | undefined;
  const socket: Socket = connect({
    host: hostname,
    port: Number(port),
    onread: {
      buffer: Buffer.alloc(256 * 1024),
      callback: (length, buffer) => {
        if (answer) take(answer, Buffer.from(buffer.buffer, buffer.byteOffset, length));
        return true;
      },
    },
  });
  await once(socket, 'connect');
  socket.on('error', (error) => answer?.failed(error));
  socket.on('close', () => answer?.failed(new Error('The connection was closed')));
  return {
    get: (path) =>
      new Promise((done, failed) => {
        answer = { left: undefined, head: '', done, failed };
        socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      }),
    close: () => socket.destroy(),
  };
}

function take(answer: Answer, piece: Buffer): void {
  let body = piece.length;
  if (answer.left === undefined) {
    answer.head += piece.toString('latin1');
    const end = answer.head.indexOf('\r\n\r\n');
    if (end < 0) return;
    body = answer.head.length - end - 4;
    answer.head = answer.head.slice(0, end);
    answer.left = lengthIn(answer.head);
  }
  answer.left -= body;
  if (answer.left === 0) answer.done(lengthIn(answer.head));
}

function lengthIn(head: string): number {
  const [, length] = /^HTTP\/1\.1 200 [\s\S]*\r\ncontent-length: ([0-9]+)/i.exec(head) ?? [];
  if (length === undefined) throw new Error(`The server answered ${head.split('\r\n')[0]}`);
  return Number(length);
}
