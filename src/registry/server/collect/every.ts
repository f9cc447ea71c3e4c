// Lists of a storage, page by page.

import type { Page } from '../storage/types.ts';

const pageSize = 500;

/** All entries of a sorted list; `key` is what the next page begins after. */
export async function* every<T>(
  list: (page: Page) => Promise<readonly T[]>,
  key: (entry: T) => string,
): AsyncGenerator<T, void, undefined> {
  for (let last: string | undefined; ; ) {
    const entries = await list({ limit: pageSize, ...(last === undefined ? {} : { last }) });
    yield* entries;
    const end = entries.at(-1);
    if (end === undefined || entries.length < pageSize) return;
    last = key(end);
  }
}
