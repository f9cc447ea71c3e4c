// Small objects of a registry in a bucket: JSON, marks, and lists of them in parallel.

import type { Page } from '../storage/types.ts';
import type { Bucket, ListedObject } from './bucket.ts';

/** What the parts of a storage in a bucket work with. */
export interface BucketContext {
  readonly bucket: Bucket;
  /** Changes of one thing, one after another. */
  readonly inTurn: <T>(key: string, change: () => Promise<T>) => Promise<T>;
}

const parallel = 16;
const pageSize = 500;

/** An object as JSON; undefined where there is none. */
export async function readJson<T>({ bucket }: BucketContext, key: string): Promise<T | undefined> {
  const text = await bucket.text(key);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** Puts JSON. */
export function writeJson({ bucket }: BucketContext, key: string, value: unknown): Promise<void> {
  return bucket.put(key, Buffer.from(JSON.stringify(value)));
}

/** Puts an object that says something by being there. */
export function mark({ bucket }: BucketContext, key: string): Promise<void> {
  return bucket.put(key, Buffer.alloc(0));
}

/** Whether anything is below a prefix. */
export async function isAnythingIn({ bucket }: BucketContext, prefix: string): Promise<boolean> {
  for await (const _ of bucket.list(prefix, { limit: 1 })) return true;
  return false;
}

/** Does `work` for each key below a prefix, some at once; a page of keys is held, however many there are. */
export async function forEachIn(
  { bucket }: BucketContext,
  prefix: string,
  work: (key: string) => Promise<void>,
): Promise<void> {
  let page: string[] = [];
  for await (const { key } of bucket.list(prefix)) {
    if (page.push(key) < pageSize) continue;
    await forEach(page, work);
    page = [];
  }
  await forEach(page, work);
}

/**
 * A part of a sorted list below a prefix. What was deleted since it was listed (`read` gives undefined) makes room for what follows:
 * a page that is not full is the last one. `nameOf` makes of the last entry's name what its key ends with.
 */
export async function pageIn<T>(
  context: BucketContext,
  prefix: string,
  { last, limit = Number.POSITIVE_INFINITY }: Page,
  read: (entry: ListedObject) => T | Promise<T>,
  nameOf: (last: string) => string = (name) => name,
): Promise<readonly NonNullable<T>[]> {
  const found: NonNullable<T>[] = [];
  let after = last === undefined || last === '' ? undefined : prefix + nameOf(last);
  for (let left = limit; left > 0; left = limit - found.length) {
    const entries: ListedObject[] = [];
    const options = { limit: left, ...(after === undefined ? {} : { after }) };
    for await (const entry of context.bucket.list(prefix, options)) entries.push(entry);
    for (const one of await forEach(entries, async (entry) => read(entry)))
      if (one !== undefined && one !== null) found.push(one);
    if (entries.length < left) break;
    after = entries.at(-1)?.key;
  }
  return found;
}

/** Does `work` for each entry, some at once; outcomes in the order of the entries. */
export async function forEach<T, R>(entries: readonly T[], work: (entry: T) => Promise<R>): Promise<R[]> {
  const outcomes: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < entries.length; index = next++) {
      const entry = entries[index];
      if (entry !== undefined) outcomes[index] = await work(entry);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, entries.length) }, worker));
  return outcomes;
}
