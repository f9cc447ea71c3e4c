// Where what is received must begin, how long it may be, and must be.

import { RegistryError } from '../errors.ts';

/** Gives what `source` gives, and throws `SIZE_INVALID` (400) unless that is `length` bytes; anything where it is undefined. */
export async function* exactly(
  source: AsyncIterable<Buffer>,
  length: number | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  let received = 0;
  for await (const piece of source) {
    received += piece.length;
    if (length !== undefined && received > length) throw wrongLength(`more than ${length}`, length);
    yield piece;
  }
  if (length !== undefined && received < length) throw wrongLength(String(received), length);
}

/** Whether {@link exactly} threw it. */
export function isWrongLength(error: unknown): boolean {
  return error instanceof RegistryError && error.code === 'SIZE_INVALID' && error.status === 400;
}

/** Answers a chunk that begins at `start` where the upload has `size` bytes (distribution-spec 1.1, Pushing a blob in chunks). */
export function outOfOrder(
  start: number,
  size: number,
  headers: Readonly<Record<string, string>> = {},
): RegistryError {
  return new RegistryError('BLOB_UPLOAD_INVALID', `The chunk begins at ${start}, expected ${size}`, {
    status: 416,
    detail: { expected: size, actual: start },
    headers,
  });
}

/** Answers a blob beyond `limit` bytes. */
export function blobTooLarge(limit: number): RegistryError {
  return new RegistryError(
    'SIZE_INVALID',
    `The blob is larger than ${limit} bytes, the most this registry takes`,
    { status: 413 },
  );
}

function wrongLength(actual: string, expected: number): RegistryError {
  return new RegistryError(
    'SIZE_INVALID',
    `The chunk has ${actual} bytes, but its Content-Range ${expected}`,
    {
      status: 400,
    },
  );
}
