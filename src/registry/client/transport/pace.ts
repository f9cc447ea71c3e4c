// The pace of answers: a server that is silent, or gives a byte now and then, does not hold a request for ever.

import type { ClientRequest } from 'node:http';
import type { ClientHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
import { breakWhenDead } from './dead-peer.ts';
import { timedOut, tooSlow } from './problems.ts';
import type { Exchange } from './types.ts';

/** Bytes a second; what is slower is as good as broken, and begun again. */
const leastRate = 1024;
const looks = 20;

/** Bytes a second that are read again before an answer: some registries do so with all that was uploaded. */
const leastIntake = 16 * 1024 * 1024;

type Fail = (error: Error) => void;

/** A socket or a stream of HTTP/2. */
interface Quiet {
  on(event: 'timeout', look: () => void): unknown;
  off(event: 'timeout', look: () => void): unknown;
  setTimeout(milliseconds: number): unknown;
}

/** Calls `fail` when nothing passes for `idle` milliseconds, unless that `isOurs` to end; gives what ends the watch. */
export function watchIdle(quiet: Quiet, idle: number, isOurs: () => boolean, fail: () => void): () => void {
  const look = () => {
    // Node looks once only.
    if (isOurs()) quiet.setTimeout(idle);
    else fail();
  };
  quiet.on('timeout', look);
  quiet.setTimeout(idle);
  return () => {
    quiet.off('timeout', look);
    quiet.setTimeout(0);
  };
}

/**
 * Fails where an answer's head is not there in time after the request was sent, however often a piece of it comes. Only who may need
 * longer than `idle` and is alive is given that.
 */
export function watchHead(
  request: ClientRequest | ClientHttp2Stream,
  { url, idle, intake }: Exchange,
  fail: Fail,
): void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const end = () => {
    isOver = true;
    clearTimeout(timer);
  };
  request.once('finish', () => {
    if (isOver) return;
    const longest = idle + ((intake?.() ?? 0) / leastIntake) * 1000;
    const socket = 'session' in request ? request.session?.socket : request.socket;
    if (longest > idle && socket) breakWhenDead(socket, idle);
    timer = setTimeout(() => fail(timedOut(url, 'did not answer', longest)), longest);
  });
  request.once('response', end);
  request.once('close', end);
}

/**
 * Fails where a body comes slower than the least rate, over a time as long as one without any byte may be. Time in which it has something that nobody takes does not count.
 * Gives whether nothing is waited for: what came is not taken yet, or all is there.
 */
export function watchRate(body: Readable, { url, idle }: Exchange, fail: Fail): () => boolean {
  let [came, looked, isWhole] = [0, 0, false];
  const isOurs = () => !body.readableEnded && (isWhole || body.readableLength > 0);
  // The only place through which the bytes of all kinds of bodies go; a listener would set the body flowing.
  const push = body.push.bind(body);
  body.push = (chunk: Uint8Array | null, encoding) => {
    if (chunk) came += chunk.length;
    else isWhole = true;
    return push(chunk, encoding);
  };
  const timer = setInterval(() => {
    if (isOurs() || ++looked < looks) return;
    if (came < (leastRate * idle) / 1000) fail(tooSlow(url, leastRate, idle));
    [came, looked] = [0, 0];
  }, idle / looks).unref();
  body.once('close', () => clearInterval(timer));
  return isOurs;
}
