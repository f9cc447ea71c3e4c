// A storage that fetches what it lacks from upstream registries, for the repositories that are theirs.

import type { RemoteRepository } from '../../types.ts';
import { RegistryError } from '../errors.ts';
import type { BlobRecord, OpenBlob, Page, RegistryStorage, TagRecord } from '../storage/types.ts';
import type { Availability } from './availability.ts';
import type { Downloads } from './download.ts';
import { blobDescriptor, type MirrorContext, type MirrorManifests, unavailable } from './manifests.ts';
import type { Upstream } from './upstreams.ts';

/** What a mirroring storage is made of. */
export interface MirrorParts extends MirrorContext {
  readonly manifests: MirrorManifests;
  readonly downloads: Downloads;
}

/** `inner` with what upstreams have; mirrored repositories cannot be pushed to, what is kept of them can be deleted. */
export function mirrorStorage(parts: MirrorParts): RegistryStorage {
  const { inner, find, manifests } = parts;
  const lists = upstreamLists(parts);
  const own = (repository: string): void => {
    const found = find(repository);
    if (found) throw notHere(repository, found.upstream);
  };
  return {
    ...inner,
    hasRepository: async (repository) => find(repository) !== undefined || inner.hasRepository(repository),
    blob: async (repository, digest) =>
      (await inner.blob(repository, digest)) ?? remoteBlob(parts, repository, digest),
    openBlob: async (repository, digest) =>
      (await inner.openBlob(repository, digest)) ?? openRemoteBlob(parts, repository, digest),
    async mountBlob(repository, digest, from) {
      own(repository);
      return inner.mountBlob(repository, digest, from);
    },
    async beginUpload(repository, client) {
      own(repository);
      return inner.beginUpload(repository, client);
    },
    async putManifest(repository, manifest, tag) {
      own(repository);
      return inner.putManifest(repository, manifest, tag);
    },
    async manifest(repository, reference) {
      if (!find(repository)) return inner.manifest(repository, reference);
      const record = await manifests.refresh(repository, reference);
      return record && inner.manifest(repository, { digest: record.digest });
    },
    manifestRecord: (repository, reference) =>
      find(repository)
        ? manifests.refresh(repository, reference)
        : inner.manifestRecord(repository, reference),
    tags: async (repository, page) => lists.tags(repository, page) ?? inner.tags(repository, page),
    async *referrers(repository, subject, which) {
      yield* (await lists.referrers(repository, subject, which)) ??
        inner.referrers(repository, subject, which);
    },
  };
}

/** Time for sizes of blobs, and for lists, which have something to fall back on; in milliseconds. */
const patience = { size: 15_000, list: 4000 };

interface UpstreamRepository {
  readonly upstream: Upstream;
  readonly remote: RemoteRepository;
}

async function remoteSize(
  available: Availability,
  { upstream, remote }: UpstreamRepository,
  digest: string,
): Promise<number | undefined> {
  const asked = await available.ask(upstream, { limit: patience.size, fallback: false }, (signal) =>
    remote.blobSize(digest, { signal }),
  );
  if (asked.kind === 'out') throw unavailable(upstream, asked.error);
  return asked.value;
}

async function remoteBlob(
  parts: MirrorParts,
  repository: string,
  digest: string,
): Promise<BlobRecord | undefined> {
  const found = parts.find(repository);
  const size = found && (await remoteSize(parts.available, found, digest));
  return size === undefined ? undefined : { digest, size, used: new Date() };
}

/** Upstream has it, so it may be had: from another repository here, if one has the same bytes. */
async function openRemoteBlob(
  parts: MirrorParts,
  repository: string,
  digest: string,
): Promise<OpenBlob | undefined> {
  const { inner, find, downloads, counted } = parts;
  const found = find(repository);
  const size = found && (await remoteSize(parts.available, found, digest));
  if (!found || size === undefined) return undefined;
  if (await inner.mountBlob(repository, digest)) {
    counted('cached');
    return inner.openBlob(repository, digest);
  }
  counted('fetched');
  const open = (signal: AbortSignal) => found.remote.blob(blobDescriptor(digest, size), { signal });
  return downloads.join({ repository, digest, size, open });
}

function upstreamLists({ inner, find, available }: MirrorParts) {
  return {
    /** Undefined for a repository of our own. */
    tags(repository: string, page: Page): Promise<readonly TagRecord[]> | undefined {
      const found = find(repository);
      if (!found) return undefined;
      return listed(found, (signal) => remoteTags(inner, repository, found.remote, page, signal)).then(
        (tags) => tags ?? inner.tags(repository, page),
      );
    },
    /** Undefined also where upstream does not answer. */
    async referrers(repository: string, subject: string, which: Parameters<RegistryStorage['referrers']>[2]) {
      const found = find(repository);
      return found && listed(found, (signal) => remoteReferrers(found.remote, subject, which, signal));
    },
  };

  async function listed<T>(
    { upstream }: UpstreamRepository,
    list: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    const asked = await available.ask(upstream, { limit: patience.list, fallback: true }, list);
    return asked.kind === 'answer' ? asked.value : undefined;
  }
}

const mostTags = 100_000;

async function remoteTags(
  inner: RegistryStorage,
  repository: string,
  remote: RemoteRepository,
  { last = '', limit = mostTags }: Page,
  signal: AbortSignal,
): Promise<readonly TagRecord[]> {
  const names: string[] = [];
  for await (const name of remote.tags({ signal })) {
    if (name > last) names.push(name);
    if (names.length >= mostTags) break;
  }
  const here = new Map((await inner.tags(repository, {})).map((tag) => [tag.name, tag]));
  return names
    .sort()
    .slice(0, limit)
    .map((name) => here.get(name) ?? { name, digest: '', updated: new Date(0) });
}

async function remoteReferrers(
  remote: RemoteRepository,
  subject: string,
  { last = '', artifactType }: Parameters<RegistryStorage['referrers']>[2],
  signal: AbortSignal,
) {
  const all = await remote.referrers(subject, {
    signal,
    ...(artifactType === undefined ? {} : { artifactType }),
  });
  return [...all].filter(({ digest }) => digest > last).sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

function notHere(repository: string, { domain }: Upstream): RegistryError {
  return new RegistryError('DENIED', `"${repository}" is kept for "${domain}"; push it there`);
}
