// The pace of answers: a server that gives a byte now and then does not hold a request for ever.

import type { Readable, Writable } from 'node:stream';
import { timedOut, tooSlow } from './problems.ts';
import type { Exchange } from './types.ts';

/** Bytes a second; what is slower is as good as broken, and begun again. */
const leastRate = 1024;
const looks = 20;

type Fail = (error: Error) => void;

/** Fails where an answer's head is not there in time after the request was sent, however often a piece of it comes. */
export function watchHead(request: Writable, { url, idle }: Exchange, fail: Fail): void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const end = () => {
    isOver = true;
    clearTimeout(timer);
  };
  request.once('finish', () => {
    if (!isOver) timer = setTimeout(() => fail(timedOut(url, 'did not answer', idle)), idle);
  });
  request.once('response', end);
  request.once('close', end);
}

/** Fails where a body comes slower than the least rate, over a time as long as one without any byte may be. Time in which it has something that nobody takes does not count. */
export function watchRate(body: Readable, { url, idle }: Exchange, fail: Fail): void {
  let [came, looked] = [0, 0];
  // The only place through which the bytes of all kinds of bodies go; a listener would set the body flowing.
  const push = body.push.bind(body);
  body.push = (chunk: Uint8Array | null, encoding) => {
    if (chunk) came += chunk.length;
    else clearInterval(timer);
    return push(chunk, encoding);
  };
  const timer = setInterval(() => {
    if (body.readableLength > 0 || ++looked < looks) return;
    if (came < (leastRate * idle) / 1000) fail(tooSlow(url, leastRate, idle));
    [came, looked] = [0, 0];
  }, idle / looks).unref();
  body.once('close', () => clearInterval(timer));
}
