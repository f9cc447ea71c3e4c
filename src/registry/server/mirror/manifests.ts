// Manifests of mirrored repositories: tags are asked for upstream each time, and served as they are here when it is out.

import { isCaissonError, messageOf } from '../../../core/index.ts';
import type { Descriptor } from '../../../oci/index.ts';
import type { RemoteRepository } from '../../types.ts';
import { RegistryError } from '../errors.ts';
import { parseManifest } from '../routes/manifest.ts';
import type { ManifestRecord, ManifestReference, RegistryStorage } from '../storage/types.ts';
import type { Availability } from './availability.ts';
import type { Upstream } from './upstreams.ts';

/** How manifests are kept fresh. */
export interface MirrorManifests {
  /** Brings the manifest here, or makes sure that it is as upstream; undefined where upstream has none. Throws `UNAVAILABLE`, `DENIED`. */
  refresh(repository: string, reference: ManifestReference): Promise<ManifestRecord | undefined>;
}

/** What refreshing works with. */
export interface MirrorContext {
  readonly inner: RegistryStorage;
  readonly available: Availability;
  readonly find: (
    repository: string,
  ) => { readonly upstream: Upstream; readonly remote: RemoteRepository } | undefined;
  readonly counted: (outcome: Outcome) => void;
}

/** How a request for something upstream was answered. */
export type Outcome = 'cached' | 'fetched' | 'stale' | 'unavailable';

/** A tag that was compared with upstream within this time, in milliseconds, is not again: a HEAD and its GET ask once. */
const freshness = 3000;
/** Time for the upstream, in milliseconds: where there is something to serve instead, and where there is not. */
const patience = { fallback: 4000, alone: 15_000 };

/** Manifests through `context`; those who ask for one at once share one question. */
export function mirrorManifests(context: MirrorContext): MirrorManifests {
  const fresh = new Map<string, number>();
  const running = new Map<string, Promise<ManifestRecord | undefined>>();
  return {
    refresh(repository, reference) {
      const key = `${repository} ${'tag' in reference ? reference.tag : reference.digest}`;
      const underWay = running.get(key);
      if (underWay) return underWay;
      const isFresh = (fresh.get(key) ?? 0) > Date.now();
      const work = refresh(context, repository, reference, isFresh)
        .then((record) => {
          if ('tag' in reference && !isFresh) remember(fresh, key);
          return record;
        })
        .finally(() => running.delete(key));
      running.set(key, work);
      return work;
    },
  };
}

function remember(fresh: Map<string, number>, key: string): void {
  const now = Date.now();
  if (fresh.size > 1000) for (const [old, until] of fresh) if (until < now) fresh.delete(old);
  fresh.set(key, now + freshness);
}

async function refresh(
  context: MirrorContext,
  repository: string,
  reference: ManifestReference,
  isFresh: boolean,
): Promise<ManifestRecord | undefined> {
  const { inner, counted } = context;
  const here = await inner.manifestRecord(repository, reference);
  if (here && ('digest' in reference || isFresh)) {
    counted('cached');
    return here;
  }
  const upstream = context.find(repository);
  if (!upstream) return here;
  const answer = await context.available.ask(
    upstream.upstream,
    { limit: here ? patience.fallback : patience.alone, fallback: here !== undefined },
    (signal) => current(context, repository, reference, upstream.remote, signal),
  );
  if (answer.kind === 'answer') return answer.value;
  counted(here ? 'stale' : 'unavailable');
  if (here) return here;
  throw unavailable(upstream.upstream, answer.error);
}

/** What upstream has under a reference, brought here if need be. */
async function current(
  { inner, counted }: MirrorContext,
  repository: string,
  reference: ManifestReference,
  remote: RemoteRepository,
  signal: AbortSignal,
): Promise<ManifestRecord | undefined> {
  const descriptor = 'tag' in reference ? await remote.resolve(reference.tag, { signal }) : undefined;
  if ('tag' in reference && !descriptor) return undefined;
  const digest = 'digest' in reference ? reference.digest : (descriptor?.digest ?? '');
  const tag = 'tag' in reference ? reference.tag : undefined;
  const known = await inner.manifest(repository, { digest });
  const tagged = tag === undefined ? known : await inner.manifestRecord(repository, { tag });
  if (known && tagged?.digest === digest) {
    counted('cached');
    return known;
  }
  const manifest = known ?? (await fetched(remote, digest, signal));
  if (!manifest) return undefined;
  await inner.putManifest(repository, { ...manifest, incomplete: true }, tag);
  counted(known ? 'cached' : 'fetched');
  return inner.manifestRecord(repository, { digest });
}

async function fetched(remote: RemoteRepository, digest: string, signal: AbortSignal) {
  try {
    const { descriptor, bytes } = await remote.manifest(digest, { signal });
    return { ...parseManifest(bytes, descriptor.mediaType), digest, size: bytes.length, bytes };
  } catch (error) {
    if (isCaissonError(error, 'MANIFEST_NOT_FOUND')) return undefined;
    throw error;
  }
}

/** What a client is told when upstream gives nothing and nothing is here. */
export function unavailable({ domain }: Upstream, cause: unknown): RegistryError {
  if (isCaissonError(cause, 'UNAUTHORIZED') || isCaissonError(cause, 'DENIED'))
    return new RegistryError('DENIED', `"${domain}" refuses this: ${messageOf(cause)}`, { cause });
  return new RegistryError('UNAVAILABLE', `"${domain}" cannot be asked: ${messageOf(cause)}`, {
    cause,
    headers: { 'retry-after': '10' },
  });
}

/** A blob as the client of upstream wants it named. */
export function blobDescriptor(digest: string, size: number): Descriptor {
  return { mediaType: 'application/octet-stream', digest, size };
}
