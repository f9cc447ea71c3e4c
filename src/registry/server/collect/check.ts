// Checking a registry: every blob and manifest is hashed again, every reference and tag followed.

import { createHash } from 'node:crypto';
import type { Digest } from '../../../oci/index.ts';
import type { BlobRecord, RegistryStorage, StoredManifest } from '../storage/types.ts';
import { every } from './every.ts';

/** Something wrong with a registry's content. */
export interface Finding {
  readonly kind:
    | 'blob-corrupt'
    | 'blob-missing'
    | 'manifest-corrupt'
    | 'manifest-missing'
    | 'tag-dangling'
    | 'layout-wrong';
  readonly repository: string;
  /** The digest, the tag, or the file of an image layout. */
  readonly subject: string;
  readonly message: string;
  readonly repaired: boolean;
}

/** What was looked at and what was wrong. */
export interface CheckReport {
  readonly repositories: number;
  readonly manifests: number;
  readonly blobs: number;
  /** Bytes that were hashed; content that several repositories have counts once. */
  readonly bytes: number;
  readonly findings: readonly Finding[];
}

/** How a check is done. */
export interface CheckOptions {
  /** Removes what is wrong: a client is then told that it is missing, and pushes it again. */
  readonly repair: boolean;
  readonly signal: AbortSignal;
}

/** Looks at everything in a storage. Content is hashed once, however many repositories have it. */
export async function check(storage: RegistryStorage, options: CheckOptions): Promise<CheckReport> {
  const survey: Survey = {
    storage,
    ...options,
    states: new Map(),
    findings: [],
    counts: { repositories: 0, manifests: 0, blobs: 0, bytes: 0 },
  };
  const repositories = every(
    (page) => storage.repositories(page),
    (name) => name,
  );
  for await (const repository of repositories) {
    survey.counts.repositories += 1;
    const known = await checkBlobs(survey, repository);
    await checkManifests(survey, repository, known);
    await checkTags(survey, repository);
    await checkLayout(survey, repository);
  }
  return { ...survey.counts, findings: survey.findings };
}

/** The content of a digest, as it was found. */
type State = 'good' | 'corrupt' | 'missing';

interface Survey extends CheckOptions {
  readonly storage: RegistryStorage;
  readonly states: Map<Digest, State>;
  readonly findings: Finding[];
  readonly counts: { repositories: number; manifests: number; blobs: number; bytes: number };
}

/** The blobs that a repository has, good ones. */
async function checkBlobs(survey: Survey, repository: string): Promise<ReadonlySet<Digest>> {
  const { storage, states, counts } = survey;
  const good = new Set<Digest>();
  const blobs = every(
    (page) => storage.blobs(repository, page),
    ({ digest }) => digest,
  );
  for await (const blob of blobs) {
    survey.signal.throwIfAborted();
    counts.blobs += 1;
    const state = states.get(blob.digest) ?? (await stateOfBlob(survey, repository, blob));
    states.set(blob.digest, state);
    if (state === 'good') good.add(blob.digest);
    else await condemn(survey, repository, blob.digest, blobProblems[state]);
  }
  return good;
}

const blobProblems = {
  corrupt: { kind: 'blob-corrupt', message: 'its bytes have another digest' },
  missing: { kind: 'blob-missing', message: 'its bytes are not there' },
} as const;

async function stateOfBlob(survey: Survey, repository: string, { digest, size }: BlobRecord): Promise<State> {
  const { storage, counts } = survey;
  await using blob = await storage.openBlob(repository, digest);
  // Collected since it was listed, or lost: who still knows it tells.
  if (!blob) return 'missing';
  const hash = createHash(digest.slice(0, digest.indexOf(':')));
  let read = 0;
  for await (const piece of blob.read(0, size)) {
    survey.signal.throwIfAborted();
    hash.update(piece);
    read += piece.length;
  }
  counts.bytes += read;
  return read === size && digest.endsWith(`:${hash.digest('hex')}`) ? 'good' : 'corrupt';
}

async function checkManifests(survey: Survey, repository: string, blobs: ReadonlySet<Digest>): Promise<void> {
  const { storage, counts } = survey;
  const manifests = every(
    (page) => storage.manifests(repository, page),
    ({ digest }) => digest,
  );
  for await (const { digest } of manifests) {
    survey.signal.throwIfAborted();
    const manifest = await storage.manifest(repository, { digest });
    // Deleted since it was listed is no fault, lost bytes are.
    if (!manifest && !(await storage.manifestRecord(repository, { digest }))) continue;
    counts.manifests += 1;
    counts.bytes += manifest?.size ?? 0;
    const problem = problemOf(manifest);
    if (problem) await condemn(survey, repository, digest, problem);
    else if (manifest && !manifest.incomplete) await checkReferences(survey, repository, manifest, blobs);
  }
}

interface Problem {
  readonly kind: Finding['kind'];
  readonly message: string;
}

function problemOf(manifest: StoredManifest | undefined): Problem | undefined {
  if (!manifest) return { kind: 'manifest-missing', message: 'its bytes are not there' };
  const { bytes, digest } = manifest;
  const hash = createHash(digest.slice(0, digest.indexOf(':')))
    .update(bytes)
    .digest('hex');
  return digest.endsWith(`:${hash}`)
    ? undefined
    : { kind: 'manifest-corrupt', message: 'its bytes have another digest' };
}

/** A missing blob cannot be made: the manifest stays, and whoever pushes the image again brings the blob. */
async function checkReferences(
  { storage, findings, states }: Survey,
  repository: string,
  manifest: StoredManifest,
  blobs: ReadonlySet<Digest>,
): Promise<void> {
  for (const digest of new Set(manifest.blobs)) {
    if (blobs.has(digest) || states.get(digest) === 'corrupt') continue;
    if (await storage.blob(repository, digest)) continue;
    const message = `the manifest ${manifest.digest} refers to it, and the repository does not have it`;
    findings.push({ kind: 'blob-missing', repository, subject: digest, message, repaired: false });
  }
}

async function checkTags({ storage, findings, repair }: Survey, repository: string): Promise<void> {
  const tags = every(
    (page) => storage.tags(repository, page),
    ({ name }) => name,
  );
  for await (const { name, digest } of tags) {
    if (await storage.manifestRecord(repository, { digest })) continue;
    const repaired = repair && (await storage.deleteTag(repository, name));
    const message = `it names ${digest}, which the repository does not have`;
    findings.push({ kind: 'tag-dangling', repository, subject: name, message, repaired });
  }
}

async function checkLayout({ storage, findings, repair }: Survey, repository: string): Promise<void> {
  for (const subject of (await storage.verifyLayout?.(repository, { repair })) ?? []) {
    const message = 'it is not what the registry has';
    findings.push({ kind: 'layout-wrong', repository, subject, message, repaired: repair });
  }
}

async function condemn(
  { storage, findings, repair }: Survey,
  repository: string,
  digest: Digest,
  { kind, message }: Problem,
): Promise<void> {
  if (repair) await storage.discard(digest);
  findings.push({ kind, repository, subject: digest, message, repaired: repair });
}
