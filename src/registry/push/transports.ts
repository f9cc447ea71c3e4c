// What builds push: images whose blobs all have their digests, and caches.

import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import {
  type Descriptor,
  type Digest,
  isIndexType,
  isManifestType,
  parseReference,
} from '../../oci/index.ts';
import type { Store } from '../../store/index.ts';
import { skipped } from '../skip.ts';
import type { RegistryClient, RemoteRepository, RequestOptions } from '../types.ts';
import { type BlobServices, pushBlobs } from './blobs.ts';
import { putManifests } from './put.ts';
import type { FinalManifest, PlannedBlob, PushWatch } from './types.ts';

/** What transports work with; the client is made when it is first asked for. */
export interface TransportServices {
  readonly store: Store;
  readonly client: () => Promise<RegistryClient>;
}

/** Where something goes in a registry. */
export interface Destination {
  /** `registry.test/app:latest` */
  readonly name: string;
  readonly insecure: boolean;
}

/** An image with all its bytes. */
export interface WholeImage extends Destination {
  /** Put it under its digest, whatever tag the name has. */
  readonly byDigest: boolean;
  readonly root: Descriptor;
  /** All it consists of, with or without the root. */
  readonly blobs: readonly Descriptor[];
  /** The file of a blob. */
  readonly path: (digest: Digest) => string;
}

/** Pushes an image, manifests after what they list. */
export async function pushWhole(
  services: TransportServices,
  { name, insecure, byDigest, root, blobs, path }: WholeImage,
  watch: PushWatch,
): Promise<Descriptor> {
  const open =
    ({ digest }: Descriptor) =>
    (start: number) =>
      createReadStream(path(digest), { start, highWaterMark: 1 << 20 });
  const all = new Map([...blobs, root].map((blob) => [blob.digest, blob]));
  const parts = [...all.values()].map((descriptor) => ({ descriptor, open: open(descriptor) }));
  const reference = byDigest ? root.digest : referenceIn(name);
  return pushParts(services, { name, insecure, root, reference, parts }, watch);
}

/** A cache with all its bytes. */
export interface WholeCache extends Destination {
  readonly root: Descriptor;
  readonly blobs: readonly { readonly descriptor: Descriptor; readonly open: () => Promise<Readable> }[];
}

/** Pushes a cache under its name. */
export async function pushCache(
  services: TransportServices,
  { name, insecure, root, blobs }: WholeCache,
  watch: PushWatch,
): Promise<void> {
  const parts = blobs.map(({ descriptor, open }) => ({
    descriptor,
    open: async (offset: number) => skipped(await open(), offset),
  }));
  await pushParts(services, { name, insecure, root, reference: referenceIn(name), parts }, watch);
}

/** The descriptor that a name gives in its registry. */
export async function resolveCache(
  { client }: TransportServices,
  { name, insecure }: Destination,
  options: RequestOptions,
): Promise<Descriptor | undefined> {
  return repositoryOf(await client(), { name, insecure }).resolve(referenceIn(name), options);
}

/** The bytes of a manifest or blob in the name's repository. */
export async function fetchCached(
  { client }: TransportServices,
  { name, insecure }: Destination,
  blob: Descriptor,
  options: RequestOptions,
): Promise<Readable> {
  const repository = repositoryOf(await client(), { name, insecure });
  if (!isManifest(blob)) return repository.blob(blob, options);
  const { bytes } = await repository.manifest(blob.digest, options);
  return Readable.from([bytes], { objectMode: false });
}

interface Parts extends Destination {
  readonly root: Descriptor;
  readonly reference: string;
  readonly parts: readonly {
    readonly descriptor: Descriptor;
    readonly open: (offset: number) => Promise<Readable> | Readable;
  }[];
}

async function pushParts(
  { store, client }: TransportServices,
  { name, insecure, root, reference, parts }: Parts,
  watch: PushWatch,
): Promise<Descriptor> {
  const registries = await client();
  const repository = repositoryOf(registries, { name, insecure });
  const services: BlobServices = { repository, client: registries, sources: store.blobSources };
  const blobs = parts.filter(({ descriptor }) => !isManifest(descriptor));
  await pushBlobs(
    blobs.map(
      ({ descriptor, open }): PlannedBlob => ({ listed: descriptor, source: { kind: 'stored', open } }),
    ),
    services,
    watch,
  );
  const manifests = new Map<Digest, FinalManifest>();
  for (const { descriptor, open } of parts)
    if (isManifest(descriptor))
      manifests.set(descriptor.digest, {
        mediaType: descriptor.mediaType,
        bytes: Buffer.concat((await (await open(0)).toArray()) as Buffer[]),
      });
  const top = manifests.get(root.digest);
  if (top === undefined) throw new Error('An image has a root');
  manifests.delete(root.digest);
  return putManifests(repository, { manifests: [...manifests.values()], root: top, reference }, watch);
}

function isManifest({ mediaType }: Descriptor): boolean {
  return isIndexType(mediaType) || isManifestType(mediaType);
}

function repositoryOf(client: RegistryClient, { name, insecure }: Destination): RemoteRepository {
  const { domain, path } = parseReference(name);
  return client.repository(`${domain}/${path}`, { insecure });
}

/** Its digest or tag. */
function referenceIn(name: string): string {
  const { digest, tag = 'latest' } = parseReference(name);
  return digest ?? tag;
}
