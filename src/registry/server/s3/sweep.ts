// Deleting from a bucket what nothing needs any more: content without a repository, uploads that were left, corrupt content.

import type { Digest } from '../../../oci/index.ts';
import type { Swept, Upload } from '../storage/types.ts';
import type { Content } from './blobs.ts';
import type { Uploading } from './counted.ts';
import { digestIn, keys, repositoryIn } from './keys.ts';
import { forgetManifest } from './manifests.ts';
import { type BucketContext, forEachIn, isAnythingIn, readJson, writeJson } from './objects.ts';
import { cancelUpload, listUploads } from './uploads.ts';

/** Content that no repository knows and nobody relied on since, and uploads without a byte since. */
export async function sweep(
  uploading: Uploading,
  { unusedSince, dryRun = false }: { readonly unusedSince: Date; readonly dryRun?: boolean },
): Promise<Swept> {
  const { context } = uploading;
  const blobs: { digest: Digest; size: number }[] = [];
  for await (const { key, modified } of context.bucket.list('content/')) {
    const digest = digestIn(key);
    if (modified >= unusedSince || (await isAnythingIn(context, keys.knowing(digest)))) continue;
    const content = await context.inTurn(digest, () => deleteContent(context, digest, dryRun));
    if (content) blobs.push({ digest, size: content.size });
  }
  return { blobs, uploads: await sweepUploads(uploading, unusedSince, dryRun) };
}

/** Who finishes an upload marks it as known before it looks for content: that mark is looked for again once the content cannot be found. */
async function deleteContent(
  context: BucketContext,
  digest: Digest,
  dryRun: boolean,
): Promise<Content | undefined> {
  const content = await readJson<Content>(context, keys.content(digest));
  if (!content || dryRun) return content;
  await context.bucket.delete(keys.content(digest));
  if (await isAnythingIn(context, keys.knowing(digest))) {
    await writeJson(context, keys.content(digest), content);
    return undefined;
  }
  await context.bucket.delete(keys.data(content.data));
  return content;
}

async function sweepUploads(
  uploading: Uploading,
  unusedSince: Date,
  dryRun: boolean,
): Promise<readonly Upload[]> {
  const { context, busy } = uploading;
  const left: Upload[] = [];
  for (const upload of await listUploads(uploading)) {
    const { repository, id, touched } = upload;
    if (touched >= unusedSince || busy.has(id)) continue;
    if (dryRun || (await context.inTurn(id, () => cancelUpload(uploading, repository, id, unusedSince))))
      left.push(upload);
  }
  return left;
}

/** Makes every repository forget a blob or manifest, and deletes its bytes. */
export async function discardContent(context: BucketContext, digest: Digest): Promise<void> {
  const { bucket } = context;
  await forEachIn(context, keys.knowing(digest), async (key) => {
    await bucket.delete(keys.blob(repositoryIn(key), digest));
    await bucket.delete(key);
  });
  for await (const { key } of bucket.list('names/'))
    await forgetManifest(context, key.slice('names/'.length), digest, undefined);
  const content = await readJson<Content>(context, keys.content(digest));
  await bucket.delete(keys.content(digest));
  if (content) await bucket.delete(keys.data(content.data));
}
