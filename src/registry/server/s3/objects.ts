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

/** All keys below a prefix. */
export async function keysIn({ bucket }: BucketContext, prefix: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { key } of bucket.list(prefix)) found.push(key);
  return found;
}

/** A part of a sorted list below a prefix; `nameOf` makes of the last entry's name what its key ends with. */
export async function pageIn(
  { bucket }: BucketContext,
  prefix: string,
  { last, limit }: Page,
  nameOf: (last: string) => string = (name) => name,
): Promise<readonly ListedObject[]> {
  const found: ListedObject[] = [];
  const options = {
    ...(last === undefined || last === '' ? {} : { after: prefix + nameOf(last) }),
    ...(limit === undefined ? {} : { limit }),
  };
  for await (const entry of bucket.list(prefix, options)) found.push(entry);
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
