// The head of an HTTP/1.1 response whose body is as long as it says: read strictly, everything else is left to Node's parser.

import type { HttpResponse } from '../types.ts';

/** The status, the header fields, and how many bytes follow. */
export interface ResponseHead extends Pick<HttpResponse, 'status' | 'headers'> {
  readonly length: number;
}

const bodiless: ReadonlySet<number> = new Set([204, 304]);
const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*$/;

/** Parses a head without its last empty line; undefined where there is not one `Content-Length`, or anything is strange. */
export function parseHead(text: string): ResponseHead | undefined {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const status = Number(/^HTTP\/1\.1 ([2-5]\d\d)(?: |$)/.exec(statusLine)?.[1]);
  if (!status || bodiless.has(status)) return undefined;
  const fields = new Map<string, readonly string[]>();
  for (const line of lines) {
    const [, name, value = ''] = field.exec(line) ?? [];
    if (name === undefined) return undefined;
    fields.set(name.toLowerCase(), [...(fields.get(name.toLowerCase()) ?? []), value]);
  }
  const [length = '', ...others] = fields.get('content-length') ?? [];
  if (fields.has('transfer-encoding') || others.length > 0 || !/^\d{1,15}$/.test(length)) return undefined;
  return { status, headers: headersOf(fields), length: Number(length) };
}

/** Challenges stay apart from each other: they have commas of their own. */
function headersOf(fields: ReadonlyMap<string, readonly string[]>): HttpResponse['headers'] {
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, name === 'www-authenticate' ? values : values.join(', ')]),
  );
}
