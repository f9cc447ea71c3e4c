// Lists in parts: `n` and `last` of a request, and the Link to the next part (RFC 5988).

import { RegistryError } from '../errors.ts';
import type { Page } from '../storage/types.ts';
import type { Exchange } from './types.ts';

/** The most entries of one answer. */
const most = 10_000;
/** The most bytes of one answer's entries as JSON, unless one has more. */
const mostBytes = 1024 * 1024;

/** What part of a list is asked for. Throws `UNSUPPORTED` for an `n` that is no number. */
export function pageOf(query: URLSearchParams): Required<Pick<Page, 'limit'>> & Page {
  const n = query.get('n');
  const last = query.get('last');
  if (n !== null && !/^[0-9]{1,15}$/.test(n)) {
    throw new RegistryError(
      'UNSUPPORTED',
      `The parameter n is "${n.slice(0, 100)}", expected a number of entries`,
    );
  }
  return { limit: Math.min(n === null ? most : Number(n), most), ...(last === null ? {} : { last }) };
}

/** A part of a list, and the Link header where there is more. */
export interface Listed<Entry> {
  readonly entries: readonly Entry[];
  readonly headers: Readonly<Record<string, string>>;
}

/** One more entry than asked for is read, to know whether there is a next part; this gives the part, and its Link header. */
export async function listed<Entry>(
  { path, query }: Exchange,
  read: (page: ReturnType<typeof pageOf>) => Promise<readonly Entry[]>,
  nameOf: (entry: Entry) => string,
): Promise<Listed<Entry>> {
  const page = pageOf(query);
  if (page.limit === 0) return { entries: [], headers: {} };
  const found = await read({ ...page, limit: page.limit + 1 });
  const entries = found.slice(0, page.limit);
  const last = entries.at(-1);
  if (found.length <= page.limit || last === undefined) return { entries, headers: {} };
  return { entries, headers: { link: linkAfter(path, query, page.limit, nameOf(last)) } };
}

/** The same of entries that may be large: they are read one by one until there are enough of them, or of bytes. */
export async function listedInBytes<Entry>(
  { path, query }: Exchange,
  read: (page: Page) => AsyncIterable<Entry>,
  nameOf: (entry: Entry) => string,
): Promise<Listed<Entry>> {
  const page = pageOf(query);
  const entries: Entry[] = [];
  if (page.limit === 0) return { entries, headers: {} };
  let bytes = 0;
  for await (const entry of read(page)) {
    bytes += Buffer.byteLength(JSON.stringify(entry));
    const last = entries.at(-1);
    if (last !== undefined && (entries.length >= page.limit || bytes > mostBytes))
      return { entries, headers: { link: linkAfter(path, query, page.limit, nameOf(last)) } };
    entries.push(entry);
  }
  return { entries, headers: {} };
}

function linkAfter(path: string, query: URLSearchParams, limit: number, last: string): string {
  const next = new URLSearchParams(query);
  next.set('n', String(limit));
  next.set('last', last);
  return `<${path}?${next}>; rel="next"`;
}
