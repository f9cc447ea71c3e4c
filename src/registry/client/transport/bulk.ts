// Large bodies over plain HTTP/1.1, read from the socket into slabs: a fifth of the time that Node's parser and its small chunks take.

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { takeSlab } from '../../../core/index.ts';
import type { HttpResponse } from '../types.ts';
import { bareHost } from './agents.ts';
import { longestHeader } from './http1.ts';
import { watchIdle, watchRate } from './pace.ts';
import { timedOut } from './problems.ts';
import { parseHead, type ResponseHead } from './response-head.ts';
import type { Exchange } from './types.ts';

const leastRoom = 64 * 1024;

/** Gets a body of a length that the answer tells; undefined where the answer is of another kind and must be asked for in the usual way. */
export function exchangeBulk(exchange: Exchange): Promise<HttpResponse | undefined> {
  const { url, signal, lookup } = exchange;
  return new Promise((resolve, reject) => {
    const head = requestHead(exchange);
    const reader = createReader();
    const socket = connect({
      host: bareHost(url),
      port: Number(url.port || 80),
      ...(lookup ? { lookup } : {}),
      onread: { buffer: reader.room, callback: reader.take },
    });
    const fail = (error: unknown) => {
      reject(error);
      reader.fail(error);
      socket.destroy();
    };
    const stop = () => fail(signal.reason);
    const connecting = setTimeout(
      () => fail(timedOut(url, 'could not be connected to', exchange.connect)),
      exchange.connect,
    );
    signal.addEventListener('abort', stop, { once: true });
    let answering: NodeJS.Timeout | undefined;
    let isOurs: (() => boolean) | undefined;
    socket.once('connect', () => {
      clearTimeout(connecting);
      answering = setTimeout(() => fail(timedOut(url, 'did not answer', exchange.idle)), exchange.idle);
    });
    socket.once('close', () => {
      clearTimeout(connecting);
      clearTimeout(answering);
      signal.removeEventListener('abort', stop);
      fail(Object.assign(new Error('The connection broke'), { code: 'ECONNRESET' }));
    });
    socket.on('error', fail);
    watchIdle(
      socket,
      exchange.idle,
      () => isOurs?.() ?? true,
      () => fail(timedOut(url, 'sent nothing more', exchange.idle)),
    );
    reader.start(socket, (answer) => {
      clearTimeout(answering);
      if (answer) isOurs = watchRate(reader.body, exchange, fail);
      else socket.destroy();
      resolve(answer && { ...answer, url, body: reader.body });
    });
    if (signal.aborted) stop();
    else socket.write(head);
  });
}

function requestHead({ url, headers }: Exchange): string {
  const fields = Object.entries({ host: url.host, connection: 'close', ...headers });
  for (const [name, value] of fields) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines}\r\n`;
}

/** Turns what a socket reads into a head and a body. */
interface Reader {
  readonly body: Readable;
  /** Where the next bytes go. */
  readonly room: () => Uint8Array;
  /** Takes `length` bytes that were put there; false: no more for now. */
  readonly take: (length: number) => boolean;
  /** Waits for the head: undefined where it is not one for this. */
  start(socket: Socket, onHead: (head: ResponseHead | undefined) => void): void;
  fail(error: unknown): void;
}

function createReader(): Reader {
  let [slab, used] = [takeSlab(), 0];
  let begun: Buffer | undefined = Buffer.alloc(0);
  let left = 0;
  let source: Socket | undefined;
  let tell: (head: ResponseHead | undefined) => void = () => undefined;
  const body = new Readable({
    highWaterMark: slab.bytes.length,
    read: () => source?.resume(),
    destroy(error, done) {
      source?.destroy();
      done(error);
    },
  });
  body.on('error', () => undefined);
  const give = (bytes: Buffer): boolean => {
    // What comes after the last byte of the body belongs to nobody: the connection is closed.
    const kept = bytes.subarray(0, left);
    left -= kept.length;
    if (kept.buffer === slab.bytes.buffer) slab.lease(kept.length);
    const more = kept.length === 0 || body.push(kept);
    if (left > 0) return more;
    slab.retire();
    body.push(null);
    source?.destroy();
    return false;
  };
  const takeHead = (bytes: Buffer): boolean => {
    begun = Buffer.concat([begun ?? bytes.subarray(0, 0), bytes]);
    const end = begun.indexOf('\r\n\r\n');
    if (end < 0 && begun.length <= longestHeader) return true;
    const head = end < 0 ? undefined : parseHead(begun.toString('latin1', 0, end));
    const rest = begun.subarray(end + 4);
    begun = undefined;
    left = head?.length ?? 0;
    tell(head);
    return head !== undefined && give(rest);
  };
  return {
    body,
    start(socket, onHead) {
      [source, tell] = [socket, onHead];
    },
    room() {
      if (slab.bytes.length - used < leastRoom) {
        slab.retire();
        [slab, used] = [takeSlab(), 0];
      }
      return slab.bytes.subarray(used);
    },
    take(length) {
      const bytes = slab.bytes.subarray(used, used + length);
      used += length;
      return begun ? takeHead(bytes) : give(bytes);
    },
    fail(error) {
      if (!body.readableEnded && left > 0)
        body.destroy(error instanceof Error ? error : new Error(String(error)));
    },
  };
}
