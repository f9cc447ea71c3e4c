// Lists in parts: `n` and `last` of a request, and the Link to the next part (RFC 5988).

import { RegistryError } from '../errors.ts';
import type { Page } from '../storage/types.ts';
import type { Exchange } from './types.ts';

/** The most entries of one answer. */
const most = 10_000;

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

/** One more entry than asked for is read, to know whether there is a next part; this gives the part, and its Link header. */
export async function listed<Entry>(
  { path, query }: Exchange,
  read: (page: ReturnType<typeof pageOf>) => Promise<readonly Entry[]>,
  nameOf: (entry: Entry) => string,
): Promise<{ readonly entries: readonly Entry[]; readonly headers: Readonly<Record<string, string>> }> {
  const page = pageOf(query);
  if (page.limit === 0) return { entries: [], headers: {} };
  const found = await read({ ...page, limit: page.limit + 1 });
  const entries = found.slice(0, page.limit);
  const last = entries.at(-1);
  if (found.length <= page.limit || last === undefined) return { entries, headers: {} };
  const next = new URLSearchParams(query);
  next.set('n', String(page.limit));
  next.set('last', nameOf(last));
  return { entries, headers: { link: `<${path}?${next}>; rel="next"` } };
}
