// Blobs in a bucket: what each repository knows, and where the bytes of a digest are.
//
// Nothing here is one change for the bucket, so marks are put in an order in which each moment is right: that a repository knows
// a digest before what it knows, that a manifest refers to a blob before the manifest; and who deletes looks again afterwards.

import type { Digest } from '../../../oci/index.ts';
import type { BlobRecord, OpenBlob, Page } from '../storage/types.ts';
import { dashed, digestIn, keys } from './keys.ts';
import { type BucketContext, isAnythingIn, mark, pageIn, readJson, writeJson } from './objects.ts';

interface BlobMark {
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly used: number;
}

/** Where the bytes of a digest are. */
export interface Content {
  readonly data: string;
  readonly size: number;
}

/** Leases are renewed no more often than this, in milliseconds: reading must not mean writing. */
const renewal = 5 * 60_000;

/** What a repository knows of a blob. */
export async function findBlob(
  context: BucketContext,
  repository: string,
  digest: Digest,
): Promise<BlobRecord | undefined> {
  const found = await readJson<BlobMark>(context, keys.blob(repository, digest));
  return found && { digest, size: found.size, used: new Date(found.used) };
}

/** The same, and renews its lease. */
export async function useBlob(
  context: BucketContext,
  repository: string,
  digest: Digest,
): Promise<BlobRecord | undefined> {
  const found = await findBlob(context, repository, digest);
  if (!found || Date.now() - found.used.getTime() < renewal) return found;
  await knowBlob(context, repository, digest, found.size);
  return findBlob(context, repository, digest);
}

/** Makes a repository know a blob, whose content is there. */
export async function knowBlob(
  context: BucketContext,
  repository: string,
  digest: Digest,
  size: number,
): Promise<BlobRecord> {
  const used = new Date();
  await writeJson(context, keys.blob(repository, digest), { size, used: used.getTime() } satisfies BlobMark);
  await mark(context, keys.name(repository));
  return { digest, size, used };
}

/** Opens a blob that the repository knows. */
export async function openBlob(
  context: BucketContext,
  repository: string,
  digest: Digest,
): Promise<OpenBlob | undefined> {
  const [found, content] = await Promise.all([
    findBlob(context, repository, digest),
    readJson<Content>(context, keys.content(digest)),
  ]);
  if (!found || !content) return undefined;
  return {
    digest,
    size: content.size,
    read: (start, end) => context.bucket.read(keys.data(content.data), start, end),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Makes a blob of another repository known to this one. */
export async function mountBlob(
  context: BucketContext,
  repository: string,
  digest: Digest,
  from: string | undefined,
): Promise<BlobRecord | undefined> {
  const isKnown =
    from === undefined
      ? await isAnythingIn(context, keys.knowing(digest))
      : await context.bucket.has(keys.blob(from, digest));
  if (!isKnown) return undefined;
  await mark(context, keys.known(digest, repository));
  const content = await readJson<Content>(context, keys.content(digest));
  if (content) return knowBlob(context, repository, digest, content.size);
  await context.bucket.delete(keys.known(digest, repository));
  return undefined;
}

/** Forgets a blob that no manifest of the repository refers to. */
export async function forgetBlob(
  context: BucketContext,
  repository: string,
  digest: Digest,
  unusedSince: Date | undefined,
): Promise<'deleted' | 'unknown' | 'in use'> {
  const found = await findBlob(context, repository, digest);
  if (!found) return 'unknown';
  if (unusedSince && found.used >= unusedSince) return 'in use';
  const isReferred = (): Promise<boolean> => isAnythingIn(context, keys.references(repository, digest));
  if (await isReferred()) return 'in use';
  await context.bucket.delete(keys.blob(repository, digest));
  // A manifest may have come in between: it finds the blob again, or was told that it is gone.
  if (await isReferred()) {
    await knowBlob(context, repository, digest, found.size);
    return 'in use';
  }
  await context.bucket.delete(keys.known(digest, repository));
  return 'deleted';
}

/** Blobs of a repository in the order of their digests. */
export async function listBlobs(
  context: BucketContext,
  repository: string,
  page: Page,
): Promise<readonly BlobRecord[]> {
  return pageIn(
    context,
    keys.blobs(repository),
    page,
    ({ key }) => findBlob(context, repository, digestIn(key)),
    dashed,
  );
}
