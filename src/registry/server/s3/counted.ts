// Which uploads are open, and which of them are at work now.

import { createHash, type Hash } from 'node:crypto';
import { lastPart } from './keys.ts';
import type { BucketContext } from './objects.ts';

/** What uploading works with. */
export interface Uploading {
  readonly context: BucketContext;
  /** SHA-256 of what was received, by upload; where it is missing the object is read again. */
  readonly hashes: Map<string, { readonly hash: Hash; readonly size: number }>;
  /** Whose share an open upload is, of those that this process began. */
  readonly clients: Map<string, string>;
  readonly mostOpen: number;
  /** When uploads were last counted. */
  readonly counted: { at: number };
  /** Uploads that get bytes or are finished now. */
  readonly busy: Set<string>;
}

/** How many uploads are a client's. Uploads of nobody in particular, those of mirrors, are bounded by what there is for all. */
export function ownUploads({ hashes, clients }: Uploading, client: string): number {
  for (const id of clients.keys()) if (!hashes.has(id)) clients.delete(id);
  return client === '' ? 0 : [...clients.values()].filter((one) => one === client).length;
}

/** Learns of the uploads that are there, and which another process has ended. */
export async function countUploads({ context, hashes, busy, counted }: Uploading): Promise<void> {
  counted.at = Date.now();
  // Those that are begun now may not be there yet.
  const begun = new Set([...hashes.keys()].filter((id) => !busy.has(id)));
  for await (const { key } of context.bucket.list('uploads/')) {
    const id = lastPart(key);
    if (!begun.delete(id) && !hashes.has(id)) hashes.set(id, { hash: createHash('sha256'), size: -1 });
  }
  for (const id of begun) hashes.delete(id);
}

/** Does to an upload what it must not be swept away under, after what else is done to it. */
export function holdUpload<T>({ context, busy }: Uploading, id: string, work: () => Promise<T>): Promise<T> {
  return context.inTurn(id, async () => {
    busy.add(id);
    try {
      return await work();
    } finally {
      busy.delete(id);
    }
  });
}
