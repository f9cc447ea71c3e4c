// Bodies of requests: as a stream, or whole within a limit.

import type { IncomingMessage } from 'node:http';
import type { RegistryError } from '../errors.ts';
import type { Exchange } from './types.ts';

/** The pieces of a body. A reader that stops early leaves the connection as it is, so that the answer can still be sent. */
export function bodyOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/** The length that the request says its body has. */
export function lengthOf(request: IncomingMessage): number | undefined {
  const text = request.headers['content-length'];
  return text === undefined ? undefined : Number(text);
}

/** The whole body. Throws what `tooLarge` makes, before reading where the length is told; `TOOMANYREQUESTS` where memory is short. */
export async function wholeBody(
  { request, hold }: Exchange,
  limit: number,
  tooLarge: () => RegistryError,
): Promise<Buffer> {
  if ((lengthOf(request) ?? 0) > limit) throw tooLarge();
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of bodyOf(request)) {
    size += piece.length;
    if (size > limit) throw tooLarge();
    hold?.(piece.length);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
