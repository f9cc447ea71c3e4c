// Answers that nobody reads.

import type { HttpResponse } from '../types.ts';

const mostToRead = 64 * 1024;
const longestWait = 1_000;

/** Lets go of an answer: a short body is read so that the connection can be used again, else the connection is closed. */
export function discard({ headers, body }: HttpResponse): void {
  body.on('error', () => undefined);
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (!(length <= mostToRead)) {
    body.destroy();
    return;
  }
  const timer = setTimeout(() => body.destroy(), longestWait).unref();
  body.once('close', () => clearTimeout(timer));
  body.resume();
}
