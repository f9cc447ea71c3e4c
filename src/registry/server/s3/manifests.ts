// Manifests, tags and referrers in a bucket.

import type { Descriptor, Digest } from '../../../oci/index.ts';
import { every } from '../collect/every.ts';
import { RegistryError } from '../errors.ts';
import type {
  ManifestRecord,
  ManifestReference,
  NewManifest,
  Page,
  StoredManifest,
  TagRecord,
} from '../storage/types.ts';
import { dashed, digestIn, keys, lastPart } from './keys.ts';
import { type BucketContext, forEach, isAnythingIn, mark, pageIn, readJson, writeJson } from './objects.ts';

/** A manifest as the bucket has it: its bytes in base64, `pushed` in milliseconds. */
type KeptManifest = Omit<StoredManifest, 'bytes' | 'pushed'> & {
  readonly bytes: string;
  readonly pushed: number;
};

interface KeptTag {
  readonly digest: Digest;
  readonly updated: number;
}

/** Takes a manifest in; what it refers to is marked before it is looked for a last time. */
export async function putManifest(
  context: BucketContext,
  repository: string,
  manifest: NewManifest,
  tag: string | undefined,
): Promise<void> {
  const { digest, blobs, manifests, subject, incomplete } = manifest;
  if (!incomplete) await checkBlobs(context, repository, manifest);
  await forEach([...new Set(blobs)], (blob) => mark(context, keys.reference(repository, blob, digest)));
  await forEach([...new Set(manifests)], (child) => mark(context, keys.parent(repository, child, digest)));
  if (!incomplete)
    await checkBlobs(context, repository, manifest).catch(async (error: unknown) => {
      if (!(await context.bucket.has(keys.manifest(repository, digest))))
        await unmark(context, repository, manifest);
      throw error;
    });
  const kept: KeptManifest = { ...manifest, bytes: manifest.bytes.toString('base64'), pushed: Date.now() };
  await writeJson(context, keys.manifest(repository, digest), kept);
  if (subject !== undefined)
    await writeJson(context, keys.referrer(repository, subject, digest), descriptorOf(manifest));
  if (tag !== undefined)
    await writeJson(context, keys.tag(repository, tag), { digest, updated: Date.now() } satisfies KeptTag);
  await mark(context, keys.name(repository));
}

async function checkBlobs(context: BucketContext, repository: string, { blobs }: NewManifest): Promise<void> {
  const unique = [...new Set(blobs)];
  const there = await forEach(unique, (blob) => context.bucket.has(keys.blob(repository, blob)));
  const missing = unique.filter((_, index) => !there[index]);
  if (missing.length === 0) return;
  const message = `The manifest refers to ${missing.length === 1 ? 'a blob' : `${missing.length} blobs`} that the repository "${repository}" does not have`;
  throw new RegistryError('MANIFEST_BLOB_UNKNOWN', message, {
    detail: missing.slice(0, 100).map((digest) => ({ digest })),
    hint: 'Push the blobs before the manifest.',
  });
}

async function unmark(
  { bucket }: BucketContext,
  repository: string,
  { digest, blobs, manifests, subject }: Pick<ManifestRecord, 'digest' | 'blobs' | 'manifests' | 'subject'>,
): Promise<void> {
  await forEach(blobs, (blob) => bucket.delete(keys.reference(repository, blob, digest)));
  await forEach(manifests, (child) => bucket.delete(keys.parent(repository, child, digest)));
  if (subject !== undefined) await bucket.delete(keys.referrer(repository, subject, digest));
}

/** A manifest with its bytes. */
export async function readManifest(
  context: BucketContext,
  repository: string,
  reference: ManifestReference,
): Promise<StoredManifest | undefined> {
  const digest =
    'digest' in reference
      ? reference.digest
      : (await readJson<KeptTag>(context, keys.tag(repository, reference.tag)))?.digest;
  if (digest === undefined) return undefined;
  const kept = await readJson<KeptManifest>(context, keys.manifest(repository, digest));
  return kept && { ...kept, bytes: Buffer.from(kept.bytes, 'base64'), pushed: new Date(kept.pushed) };
}

/** What is known of a manifest. */
export async function findManifest(
  context: BucketContext,
  repository: string,
  reference: ManifestReference,
): Promise<ManifestRecord | undefined> {
  const found = await readManifest(context, repository, reference);
  if (!found) return undefined;
  const { bytes: _, ...record } = found;
  return record;
}

/** Forgets a manifest and the tags that name it; with `unusedSince` only if nothing names it and it was not pushed since. */
export async function forgetManifest(
  context: BucketContext,
  repository: string,
  digest: Digest,
  unusedSince: Date | undefined,
): Promise<boolean> {
  const { bucket } = context;
  const found = await findManifest(context, repository, { digest });
  if (!found) return false;
  if (unusedSince && found.pushed >= unusedSince) return false;
  const tags = await tagsOf(context, repository, digest);
  if (unusedSince && tags.length > 0) return false;
  if (unusedSince && (await isAnythingIn(context, keys.parents(repository, digest)))) return false;
  for (const name of tags) await bucket.delete(keys.tag(repository, name));
  await bucket.delete(keys.manifest(repository, digest));
  await unmark(context, repository, found);
  return true;
}

async function tagsOf(
  context: BucketContext,
  repository: string,
  digest: Digest,
): Promise<readonly string[]> {
  const all = every(
    (page) => listTags(context, repository, page),
    ({ name }) => name,
  );
  const found: string[] = [];
  for await (const tag of all) if (tag.digest === digest) found.push(tag.name);
  return found;
}

/** Manifests of a repository in the order of their digests. */
export async function listManifests(
  context: BucketContext,
  repository: string,
  page: Page,
): Promise<readonly ManifestRecord[]> {
  return pageIn(
    context,
    keys.manifests(repository),
    page,
    ({ key }) => findManifest(context, repository, { digest: digestIn(key) }),
    dashed,
  );
}

/** Tags in byte order. */
export async function listTags(
  context: BucketContext,
  repository: string,
  page: Page,
): Promise<readonly TagRecord[]> {
  return pageIn(context, keys.tags(repository), page, async ({ key }): Promise<TagRecord | undefined> => {
    const tag = await readJson<KeptTag>(context, key);
    return tag && { name: lastPart(key), digest: tag.digest, updated: new Date(tag.updated) };
  });
}

/** Forgets a tag, with `unusedSince` only if it was not set since; the manifest stays. */
export async function forgetTag(
  context: BucketContext,
  repository: string,
  tag: string,
  unusedSince: Date | undefined,
): Promise<boolean> {
  const found = await readJson<KeptTag>(context, keys.tag(repository, tag));
  if (!found || (unusedSince && found.updated >= unusedSince.getTime())) return false;
  await context.bucket.delete(keys.tag(repository, tag));
  return true;
}

/** So many descriptors, and bytes of them, are read at once. */
const atOnce = { count: 16, bytes: 1024 * 1024 } as const;

/** Descriptors of the manifests whose subject is `subject`, some read at once. */
export async function* listReferrers(
  context: BucketContext,
  repository: string,
  subject: Digest,
  { last = '', artifactType }: { readonly last?: string; readonly artifactType?: string },
): AsyncGenerator<Descriptor, void, undefined> {
  const prefix = keys.referrers(repository, subject);
  let next: string[] = [];
  let bytes = 0;
  const read = async (): Promise<readonly Descriptor[]> => {
    const found = await forEach(next, (key) => readJson<Descriptor>(context, key));
    next = [];
    bytes = 0;
    return found
      .filter((one) => one !== undefined)
      .filter((one) => artifactType === undefined || one.artifactType === artifactType);
  };
  for await (const { key, size } of context.bucket.list(
    prefix,
    last === '' ? {} : { after: prefix + dashed(last) },
  )) {
    if (bytes + size > atOnce.bytes) yield* await read();
    bytes += size;
    if (next.push(key) >= atOnce.count) yield* await read();
  }
  yield* await read();
}

function descriptorOf({ mediaType, digest, size, artifactType, annotations }: NewManifest): Descriptor {
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}
