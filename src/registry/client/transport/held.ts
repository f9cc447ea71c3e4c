// Answers that are needed whole: what breaks while they come is tried again, as what breaks before.

import { Readable } from 'node:stream';
import type { HttpResponse } from '../types.ts';
import { connectionProblem, cutOff } from './problems.ts';

/** The answer with its body in memory, where that is of at most `limit` bytes: of a longer one there is more than that. */
export async function held(
  response: HttpResponse,
  limit: number,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  if (length > limit) return response;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw connectionProblem(response.url, error);
  }
  if (size < length) throw cutOff(response.url);
  return { ...response, body: Readable.from(chunks, { objectMode: false }) };
}
