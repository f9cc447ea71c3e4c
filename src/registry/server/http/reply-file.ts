// Files as answers: the kernel moves the bytes from the file to the connection, where that is not encrypted.

import { closeSync } from 'node:fs';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { duplicate, sendFile } from '../../../core/index.ts';
import { replyStream, written } from './reply.ts';
import type { Exchange } from './types.ts';

/** An open file, or a part of one; positions in bytes. */
export interface ReadableFile {
  readonly fd: number;
  read(start: number, end: number): AsyncIterable<Buffer>;
}

/** Bytes that are handed to the kernel at once; no disk is waited for longer. */
const mostAtOnce = 4 * 1024 * 1024;
/** Bytes that are written in the usual way when the connection is full: Node then tells when it takes more. */
const waitingPiece = 64 * 1024;

/** Answers with the bytes of a file from `start` to before `end`. Ends quietly when the client is gone. */
export async function replyFile(
  exchange: Exchange,
  status: number,
  headers: OutgoingHttpHeaders,
  file: ReadableFile,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<void> {
  const { response, signal } = exchange;
  const plain = plainConnection(response);
  if (!plain) return replyStream(exchange, status, headers, file.read(start, end));
  response.writeHead(status, headers);
  response.flushHeaders();
  // The socket may be closed meanwhile, and its number be another connection's.
  const connection = duplicate(plain.fd);
  try {
    let position = start;
    while (position < end && !signal.aborted) {
      const wanted = Math.min(end - position, mostAtOnce);
      const sent =
        plain.socket.writableLength > 0 ? 0 : await sendFile(connection, file.fd, position, wanted);
      exchange.sentByKernel += sent;
      position += sent;
      if (sent === wanted) continue;
      const next = Math.min(position + waitingPiece, end);
      for await (const piece of file.read(position, next)) await written(response, piece);
      position = next;
    }
  } finally {
    closeSync(connection);
  }
  if (!signal.aborted) response.end();
}

/** None where it is encrypted, or the client is gone. */
function plainConnection({
  socket,
}: ServerResponse): { readonly socket: Socket; readonly fd: number } | undefined {
  if (!socket || 'encrypted' in socket) return undefined;
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } | null };
  const fd = handle?.fd ?? -1;
  return fd < 0 ? undefined : { socket, fd };
}
