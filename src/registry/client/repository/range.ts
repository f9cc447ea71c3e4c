// Ranges of bytes in headers (RFC 9110, section 14).

/** `Content-Range: bytes 5-9/10`: the first byte and, where it is told, how many there are in all. */
export interface ContentRange {
  readonly start: number | undefined;
  readonly total: number | undefined;
}

/** Reads a `Content-Range` header; undefined where it is none. */
export function parseContentRange(header: unknown): ContentRange | undefined {
  const match = /^bytes (?:(\d{1,15})-\d{1,15}|\*)\/(?:(\d{1,15})|\*)$/.exec(
    typeof header === 'string' ? header.trim() : '',
  );
  if (!match) return undefined;
  const [, start, total] = match;
  return {
    start: start === undefined ? undefined : Number(start),
    total: total === undefined ? undefined : Number(total),
  };
}

/** `Range: 0-9` of an upload: how many bytes have arrived. `0-0` is what registries say of none, and of one: one is sent again. */
export function parseUploadRange(header: unknown): number {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(typeof header === 'string' ? header.trim() : '')?.[1];
  return last === undefined || last === '0' ? 0 : Number(last) + 1;
}
