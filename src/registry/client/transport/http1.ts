// One request over HTTP/1.1, on a connection that an agent keeps.

import { type Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { HttpResponse } from '../types.ts';
import { bareHost } from './agents.ts';
import { watchHead, watchIdle, watchRate } from './pace.ts';
import { timedOut } from './problems.ts';
import { shownProxy } from './proxies.ts';
import type { Exchange } from './types.ts';

/** Header fields of an answer are at most this long together. */
export const longestHeader = 64 * 1024;

/** Sends the request; the answer comes with its header, its body streams. Errors are Node's; a kept connection that the other side closed is tried anew. */
export async function exchangeHttp1(agent: Agent, exchange: Exchange): Promise<HttpResponse> {
  for (;;) {
    const sending = open(agent, exchange);
    try {
      return await answered(sending, exchange);
    } catch (error) {
      const isStale = sending.reusedSocket && isHangUp(error) && !(exchange.body instanceof Readable);
      if (!isStale || exchange.signal.aborted) throw error;
    }
  }
}

function isHangUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function open(agent: Agent, { url, method, headers, lookup }: Exchange): ClientRequest {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return send({
    agent,
    method,
    protocol: url.protocol,
    host: bareHost(url),
    port: url.port,
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host },
    maxHeaderSize: longestHeader,
    ...(lookup ? { lookup } : {}),
  });
}

function answered(request: ClientRequest, exchange: Exchange): Promise<HttpResponse> {
  const { signal, url } = exchange;
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    let isOurs: (() => boolean) | undefined;
    const fail = (error: unknown) => {
      reject(error);
      const cause = error instanceof Error ? error : new Error(String(error));
      answer?.destroy(cause);
      request.destroy(cause);
    };
    const stop = () => fail(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    request.on('error', fail);
    request.once('close', () => signal.removeEventListener('abort', stop));
    watchConnecting(request, exchange, fail);
    watchSocket(request, exchange, () => isOurs, fail);
    watchHead(request, exchange, fail);
    request.once('response', (response) => {
      answer = response;
      response.on('error', () => undefined);
      isOurs = watchRate(response, exchange, fail);
      if (exchange.method === 'HEAD') response.resume();
      if (!request.writableFinished) endEarly(request, response, exchange.body);
      resolve({ status: response.statusCode ?? 0, headers: headersOf(response), url, body: response });
    });
    if (signal.aborted) stop();
    else sendBody(request, exchange.body, fail);
  });
}

/** Challenges stay apart from each other: they have commas of their own. */
function headersOf({ headers, headersDistinct }: IncomingMessage): HttpResponse['headers'] {
  const challenges = headersDistinct['www-authenticate'];
  return challenges ? { ...headers, 'www-authenticate': challenges } : headers;
}

function sendBody(request: ClientRequest, body: Exchange['body'], fail: (error: unknown) => void): void {
  if (!(body instanceof Readable)) {
    request.end(body);
    return;
  }
  body.once('error', fail);
  request.once('close', () => body.destroy());
  body.pipe(request);
}

/** An answer before the body is sent is the last word: nothing more is sent, and the connection is not used again. */
function endEarly(request: ClientRequest, response: IncomingMessage, body: Exchange['body']): void {
  if ((response.statusCode ?? 0) < 300) return;
  if (body instanceof Readable) body.unpipe(request);
  response.once('close', () => request.destroy());
}

function watchConnecting(
  request: ClientRequest,
  { url, connect, proxy }: Exchange,
  fail: (error: Error) => void,
): void {
  const what = `could not be connected to${proxy ? ` through ${shownProxy(proxy)}` : ''}`;
  const timer = setTimeout(() => fail(timedOut(url, what, connect)), connect);
  const connected = () => clearTimeout(timer);
  request.once('close', connected);
  request.once('socket', (socket: Socket) => {
    const securing = 'secureConnecting' in socket && socket.secureConnecting === true;
    if (!socket.connecting && !securing) connected();
    else socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
  });
}

/** Waiting counts only while the other side is to act: not while our body is slow in coming, nor while the answer is not taken. */
function watchSocket(
  request: ClientRequest,
  { url, idle, body }: Exchange,
  answered: () => (() => boolean) | undefined,
  fail: (error: Error) => void,
): void {
  request.once('socket', (socket: Socket) => {
    const isOurs = () => {
      const waitsForUs = answered();
      if (waitsForUs) return waitsForUs();
      // The other watches know how long a connection and the head may take.
      if (socket.connecting || request.writableFinished) return true;
      return body instanceof Readable && !body.readableEnded && request.writableLength === 0;
    };
    const end = watchIdle(socket, idle, isOurs, () =>
      fail(timedOut(url, answered() ? 'sent nothing more' : 'did not answer', idle)),
    );
    // The socket may go on to other requests.
    request.once('close', end);
  });
}
