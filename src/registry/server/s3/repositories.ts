// Repositories in a bucket: their names, their sizes, and forgetting them.

import type { Digest } from '../../../oci/index.ts';
import { every } from '../collect/every.ts';
import type { Page, Usage } from '../storage/types.ts';
import { listBlobs } from './blobs.ts';
import { digestIn, keys } from './keys.ts';
import { listManifests } from './manifests.ts';
import { type BucketContext, forEachIn, pageIn } from './objects.ts';

/** Names in byte order. */
export async function listRepositories(context: BucketContext, page: Page): Promise<readonly string[]> {
  const prefix = 'names/';
  return pageIn(context, prefix, page, ({ key }) => key.slice(prefix.length));
}

/** Forgets a repository; its name goes first. */
export async function forgetRepository(context: BucketContext, repository: string): Promise<boolean> {
  const { bucket } = context;
  if (!(await bucket.has(keys.name(repository)))) return false;
  await bucket.delete(keys.name(repository));
  for (const prefix of [keys.tags, keys.manifests, keys.referrers, keys.parents, keys.references])
    await forEachIn(context, prefix(repository), (key) => bucket.delete(key));
  await forEachIn(context, keys.blobs(repository), async (key) => {
    await bucket.delete(key);
    await bucket.delete(keys.known(digestIn(key), repository));
  });
  return true;
}

/** How much content there is: of all, what lies in the bucket. */
export async function usageOf(context: BucketContext, repository: string | undefined): Promise<Usage> {
  if (repository === undefined) return usageOfAll(context);
  let blobs = 0;
  let bytes = 0;
  for (const list of [listBlobs, listManifests]) {
    const found = every<{ readonly digest: Digest; readonly size: number }>(
      (page) => list(context, repository, page),
      ({ digest }) => digest,
    );
    for await (const { size } of found) {
      blobs += 1;
      bytes += size;
    }
  }
  return { blobs, bytes };
}

async function usageOfAll({ bucket }: BucketContext): Promise<Usage> {
  let blobs = 0;
  let bytes = 0;
  for (const prefix of ['data/', 'manifests/'])
    for await (const { size } of bucket.list(prefix)) {
      blobs += 1;
      bytes += size;
    }
  return { blobs, bytes };
}
