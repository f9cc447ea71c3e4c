// Answers: with a body at hand, or as a stream that waits for the client.

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { errnoOf, isCaissonError } from '../../../core/index.ts';
import { errorBody, RegistryError } from '../errors.ts';
import type { Exchange } from './types.ts';

/** Answers with `body`; a HEAD request gets its length only. */
export function reply(
  { method, request, response }: Exchange,
  status: number,
  headers: OutgoingHttpHeaders = {},
  body: string | Buffer = '',
): void {
  const silent = status === 204 || status === 304;
  const length = silent ? {} : { 'content-length': Buffer.byteLength(body) };
  const sent = method === 'HEAD' || silent ? '' : body;
  if (request.complete) {
    response.writeHead(status, { ...headers, ...length }).end(sent);
    return;
  }
  response.writeHead(status, { ...headers, ...length, connection: 'close' });
  if (sent.length > 0) response.write(sent);
  else response.flushHeaders();
  leaveUnread(request, () => response.end());
}

/** How much of an unwanted body is read, and for how long, in milliseconds. */
const lingering = { bytes: 16 * 1024 * 1024, time: 2000 } as const;

/**
 * The connection ends with an answer that came before the end of the body. It is not closed at once: what is still under way would
 * be answered with a reset, and the client would never see the answer.
 */
function leaveUnread(request: IncomingMessage, close: () => void): void {
  let read = 0;
  const timer = setTimeout(close, lingering.time);
  const done = (): void => {
    clearTimeout(timer);
    close();
  };
  request.once('end', done).once('close', done);
  request.on('data', (piece: Buffer) => {
    read += piece.length;
    if (read > lingering.bytes) done();
  });
}

/** Answers with JSON. */
export function replyJson(
  exchange: Exchange,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  reply(
    exchange,
    status,
    { 'content-type': 'application/json; charset=utf-8', ...headers },
    JSON.stringify(value),
  );
}

/** Answers with pieces, each asked for when the one before is in the kernel's hands. Ends quietly when the client is gone. */
export async function replyStream(
  { response, signal }: Exchange,
  status: number,
  headers: OutgoingHttpHeaders,
  pieces: AsyncIterable<Buffer>,
): Promise<void> {
  response.writeHead(status, headers);
  for await (const piece of pieces) {
    if (signal.aborted) return;
    await written(response, piece);
  }
  response.end();
}

/** Whatever the write ends with, the loop goes on: a client that went away is seen by the signal. */
export function written(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve) => {
    response.write(piece, () => resolve());
  });
}

/** Answers with an error, or breaks the connection off when an answer was begun: a cut body must not look whole. */
export function replyError(exchange: Exchange, thrown: unknown): void {
  const { response, method } = exchange;
  const error = asRegistryError(thrown);
  exchange.errorCode = error.code;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = errorBody(error);
  reply(
    exchange,
    error.status,
    { 'content-type': 'application/json; charset=utf-8', ...headersOf(error) },
    method === 'HEAD' ? '' : body,
  );
}

function headersOf({ headers }: RegistryError): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}

/** What clients are told of a failure: nothing of the inside, but a full disk. */
export function asRegistryError(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  if (isFullDisk(error))
    return new RegistryError('DISK_FULL', 'The registry has no space left', { cause: error });
  return new RegistryError('UNKNOWN', 'The registry failed to answer; its log says why', { cause: error });
}

const sqliteFull = 13;

function isFullDisk(error: unknown): boolean {
  const errno = errnoOf(error);
  if (errno === 'ENOSPC' || errno === 'EDQUOT' || isCaissonError(error, 'DISK_FULL')) return true;
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === sqliteFull;
}
