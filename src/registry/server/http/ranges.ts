// Ranges: of what is asked for (RFC 9110, 14.2), and of chunks that are sent.

import { RegistryError } from '../errors.ts';

/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The one range that a Range header asks for: undefined to send all (none, several, another unit), 'unsatisfiable' outside of `size`. */
export function requestedRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=([0-9]*)-([0-9]*)$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const suffix = Number(last);
    return suffix === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(size - suffix, 0), end: size };
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}

/** The range of a chunk: `Content-Range: <start>-<end>`, both inclusive (distribution-spec, "Pushing a blob in chunks"). */
export function chunkRange(header: string | undefined, length: number | undefined): ByteRange | undefined {
  if (header === undefined) return undefined;
  const match = /^(?:bytes[ =])?([0-9]{1,15})-([0-9]{1,15})(?:\/(?:[0-9]+|\*))?$/.exec(header.trim());
  if (!match) {
    throw new RegistryError(
      'BLOB_UPLOAD_INVALID',
      `Content-Range is "${header.slice(0, 100)}", expected "<start>-<end>"`,
      { status: 416 },
    );
  }
  const start = Number(match[1]);
  const end = Number(match[2]) + 1;
  if (end <= start || (length !== undefined && length !== end - start)) {
    throw new RegistryError(
      'SIZE_INVALID',
      `Content-Range is "${header}", but the chunk has ${length ?? 'no'} bytes`,
      { status: 400 },
    );
  }
  return { start, end };
}
