// One request over HTTP/2, on a session that is shared.

import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import { Readable } from 'node:stream';
import type { HttpResponse } from '../types.ts';
import { watchHead, watchIdle, watchRate } from './pace.ts';
import { timedOut } from './problems.ts';
import type { Exchange } from './types.ts';

/** Sends the request; the answer comes with its header, its body streams. Errors are Node's. */
export function exchangeHttp2(session: ClientHttp2Session, exchange: Exchange): Promise<HttpResponse> {
  const { signal, url, body } = exchange;
  return new Promise((resolve, reject) => {
    const stream = open(session, exchange);
    let isOurs: (() => boolean) | undefined;
    const fail = (error: unknown) => {
      reject(error);
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    };
    const stop = () => fail(signal.reason);
    const release = hold(session);
    signal.addEventListener('abort', stop, { once: true });
    stream.on('error', reject);
    stream.once('close', () => {
      release();
      signal.removeEventListener('abort', stop);
      reject(hungUp());
    });
    const failSession = (error: unknown) => {
      // The other side may be gone for good: further requests go by another session.
      session.close();
      fail(error);
    };
    watchStream(stream, exchange, () => isOurs, failSession);
    watchHead(stream, exchange, failSession);
    stream.once('response', (headers) => {
      const status = Number(headers[':status'] ?? 0);
      isOurs = stream.endAfterHeaders ? () => true : watchRate(stream, exchange, failSession);
      if (exchange.method === 'HEAD') stream.resume();
      if (status >= 300 && body instanceof Readable) endEarly(stream, body);
      resolve({ status, headers: fieldsOf(headers), url, body: stream });
    });
    if (signal.aborted) stop();
    else sendBody(stream, body, fail);
  });
}

const inUse = new WeakMap<ClientHttp2Session, number>();

/** A session keeps the process alive while it has streams, no longer. */
function hold(session: ClientHttp2Session): () => void {
  const count = (change: number) => {
    const streams = (inUse.get(session) ?? 0) + change;
    inUse.set(session, streams);
    if (session.destroyed) return;
    if (streams > 0) session.ref();
    else session.unref();
  };
  count(1);
  return () => count(-1);
}

function open(session: ClientHttp2Session, { method, url, headers, body }: Exchange): ClientHttp2Stream {
  return session.request(
    {
      ...headers,
      ':method': method,
      ':path': `${url.pathname}${url.search}`,
      ':scheme': 'https',
      ':authority': url.host,
    },
    { endStream: body === undefined },
  );
}

function sendBody(stream: ClientHttp2Stream, body: Exchange['body'], fail: (error: unknown) => void): void {
  if (body === undefined) return;
  if (!(body instanceof Readable)) {
    stream.end(body);
    return;
  }
  body.once('error', fail);
  stream.once('close', () => body.destroy());
  body.pipe(stream);
}

/** An answer before the body is sent is the last word: nothing more is sent. */
function endEarly(stream: ClientHttp2Stream, body: Readable): void {
  if (stream.writableEnded) return;
  body.unpipe(stream);
  stream.once('end', () => stream.close(constants.NGHTTP2_NO_ERROR));
}

function fieldsOf(headers: IncomingHttpHeaders): HttpResponse['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
}

/** Waiting counts only while the other side is to act, as over HTTP/1.1. */
function watchStream(
  stream: ClientHttp2Stream,
  { url, idle, body }: Exchange,
  answered: () => (() => boolean) | undefined,
  fail: (error: Error) => void,
): void {
  const isOurs = () => {
    const waitsForUs = answered();
    if (waitsForUs) return waitsForUs();
    if (stream.writableFinished) return true;
    return body instanceof Readable && !body.readableEnded && stream.writableLength === 0;
  };
  watchIdle(stream, idle, isOurs, () =>
    fail(timedOut(url, answered() ? 'sent nothing more' : 'did not answer', idle)),
  );
}

function hungUp(): Error {
  return Object.assign(new Error('The stream was closed'), { code: 'ECONNRESET' });
}
