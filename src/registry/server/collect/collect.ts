// Collecting what nothing refers to, while the registry is in use. What a client was told to be there is safe: telling it renews
// the blob's lease, and the storage decides on lease and references in one change. A dry run changes nothing.

import type { Digest } from '../../../oci/index.ts';
import type { OpenBlob, RegistryStorage, Swept } from '../storage/types.ts';
import { every } from './every.ts';

/** What is collected. */
export interface CollectOptions {
  /** Blobs that were pushed, mounted or asked for since then stay, referred to or not; so do uploads that got bytes. */
  readonly unusedSince: Date;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** What was collected, or would be. */
export interface Collected {
  /** Blobs that a repository forgot. */
  readonly forgotten: readonly ForgottenBlob[];
  /** Content and uploads that were deleted, with the bytes that this frees. */
  readonly swept: Swept;
}

/** A blob that no manifest of its repository refers to. */
export interface ForgottenBlob {
  readonly repository: string;
  readonly digest: Digest;
  readonly size: number;
}

/** Lets repositories forget blobs that none of their manifests refers to, then deletes content that no repository knows. */
export async function collect(storage: RegistryStorage, options: CollectOptions): Promise<Collected> {
  const forgotten: ForgottenBlob[] = [];
  const repositories = every(
    (page) => storage.repositories(page),
    (name) => name,
  );
  for await (const repository of repositories) {
    options.signal.throwIfAborted();
    forgotten.push(...(await collectRepository(storage, repository, options)));
  }
  const { unusedSince, dryRun } = options;
  const swept = await storage.sweep({ unusedSince, dryRun });
  return { forgotten, swept: dryRun ? await foreseen(storage, forgotten, swept) : swept };
}

/** What a sweep would find more, had the blobs been forgotten: those that no other repository has. */
async function foreseen(
  storage: RegistryStorage,
  forgotten: readonly ForgottenBlob[],
  swept: Swept,
): Promise<Swept> {
  const ending = Map.groupBy(forgotten, ({ digest }) => digest);
  const repositories = every(
    (page) => storage.repositories(page),
    (name) => name,
  );
  for await (const repository of repositories)
    for (const [digest, blobs] of ending) {
      const goes = blobs.some((blob) => blob.repository === repository);
      if (!goes && (await storage.openBlob(repository, digest).then(closed))) ending.delete(digest);
    }
  const more = [...ending.values()].flatMap(([blob]) =>
    blob ? [{ digest: blob.digest, size: blob.size }] : [],
  );
  return { ...swept, blobs: [...swept.blobs, ...more] };
}

/** Whether there was a blob; looking at it this way leaves its lease alone. */
async function closed(blob: OpenBlob | undefined): Promise<boolean> {
  await blob?.[Symbol.asyncDispose]();
  return blob !== undefined;
}

async function collectRepository(
  storage: RegistryStorage,
  repository: string,
  { unusedSince, dryRun, signal }: CollectOptions,
): Promise<readonly ForgottenBlob[]> {
  const referred = await referredBlobs(storage, repository);
  const forgotten: ForgottenBlob[] = [];
  const blobs = every(
    (page) => storage.blobs(repository, page),
    ({ digest }) => digest,
  );
  for await (const { digest, size, used } of blobs) {
    signal.throwIfAborted();
    if (referred.has(digest) || used >= unusedSince) continue;
    // A manifest may have come meanwhile, or someone may have asked for the blob: the storage looks again.
    const outcome = dryRun ? 'deleted' : await storage.deleteBlob(repository, digest, { unusedSince });
    if (outcome === 'deleted') forgotten.push({ repository, digest, size });
  }
  return forgotten;
}

async function referredBlobs(storage: RegistryStorage, repository: string): Promise<ReadonlySet<Digest>> {
  const referred = new Set<Digest>();
  const manifests = every(
    (page) => storage.manifests(repository, page),
    ({ digest }) => digest,
  );
  for await (const { blobs } of manifests) for (const blob of blobs) referred.add(blob);
  return referred;
}
