// Referrers: manifests whose subject is another; by the API, or by a tag where the registry has none (distribution-spec, referrers tag schema).

import { CaissonError, isCaissonError } from '../../../core/index.ts';
import { type Descriptor, type Digest, hexOf, mediaTypes } from '../../../oci/index.ts';
import type { RequestOptions } from '../../types.ts';
import type { Endpoint } from '../types.ts';
import type { RepositoryAt } from './context.ts';
import { endpointsFor, fromFirst } from './endpoints.ts';
import { isRecord } from './json.ts';
import { pages } from './lists.ts';
import { getManifest, sendManifest } from './manifests.ts';
import { checkedDigest, isVerifiable } from './names.ts';

const mostRounds = 3;

/** Manifests whose subject is `digest`, of one artifact type if that is asked for. */
export async function listReferrers(
  at: RepositoryAt,
  digest: Digest,
  options: RequestOptions & { readonly artifactType?: string },
): Promise<readonly Descriptor[]> {
  checkedDigest(digest);
  const { artifactType } = options;
  const byApi = await fromFirst(endpointsFor(at, 'resolve'), options, (endpoint) =>
    askedFor(at, endpoint, digest, options),
  );
  const all = byApi ?? (await inTag(at, digest, options));
  return artifactType === undefined ? all : all.filter((found) => found.artifactType === artifactType);
}

/** Puts a manifest; its subject is entered in the tag where the registry takes no note of it. */
export async function putWithSubject(
  at: RepositoryAt,
  reference: string,
  manifest: { readonly bytes: Uint8Array; readonly mediaType: string },
  options: RequestOptions,
): Promise<Descriptor> {
  const { descriptor, subjectNoted } = await sendManifest(at, reference, manifest, options);
  const entry = subjectNoted ? undefined : entryFor(descriptor, manifest.bytes);
  if (entry) await enter(at, entry.subject, entry.descriptor, options);
  return descriptor;
}

/** Undefined where the endpoint has no referrers API. */
async function askedFor(
  at: RepositoryAt,
  endpoint: Endpoint,
  digest: Digest,
  { signal, artifactType }: RequestOptions & { readonly artifactType?: string },
): Promise<readonly Descriptor[] | undefined> {
  const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  const found: Descriptor[] = [];
  try {
    for await (const { page, response } of pages(at, endpoint, {
      method: 'GET',
      to: `${at.path}/referrers/${digest}${query}`,
      what: `the referrers of "${digest}"`,
      scope: { repository: at.path, actions: ['pull'] },
      headers: { accept: mediaTypes.ociIndex },
      signal,
    })) {
      if (!String(response.headers['content-type']).startsWith(mediaTypes.ociIndex)) return undefined;
      found.push(...descriptorsIn(page));
    }
    return found;
  } catch (error) {
    if (isCaissonError(error) && absent.has(error.code)) return undefined;
    throw error;
  }
}

const absent: ReadonlySet<string> = new Set([
  'NAME_UNKNOWN',
  'MANIFEST_NOT_FOUND',
  'UNSUPPORTED',
  'REGISTRY_ERROR',
  'REFERENCE_INVALID',
]);

/** `sha256-…`: the algorithm cut to 32 characters, the digits to 64. */
function tagOf(digest: Digest): string {
  return `${digest.slice(0, digest.indexOf(':')).slice(0, 32)}-${hexOf(digest).slice(0, 64)}`;
}

async function inTag(
  at: RepositoryAt,
  digest: Digest,
  options: RequestOptions,
): Promise<readonly Descriptor[]> {
  try {
    const { bytes } = await getManifest(at, tagOf(digest), options);
    return descriptorsIn(JSON.parse(bytes.toString()));
  } catch (error) {
    if (isCaissonError(error, 'MANIFEST_NOT_FOUND')) return [];
    throw error;
  }
}

/** Reads, adds, writes, and looks whether somebody else wrote between: then once more. */
async function enter(
  at: RepositoryAt,
  subject: Digest,
  entry: Descriptor,
  options: RequestOptions,
): Promise<void> {
  for (let round = 0; round < mostRounds; round++) {
    const known = await inTag(at, subject, options);
    if (known.some(({ digest }) => digest === entry.digest)) return;
    const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [...known, entry] };
    const bytes = Buffer.from(JSON.stringify(index));
    await sendManifest(at, tagOf(subject), { bytes, mediaType: mediaTypes.ociIndex }, options);
  }
  const known = await inTag(at, subject, options);
  if (!known.some(({ digest }) => digest === entry.digest))
    throw new CaissonError(
      'REGISTRY_ERROR',
      `"${entry.digest}" could not be entered as a referrer of "${subject}"`,
      {
        hint: 'Others write to the same list all the time; try again.',
      },
    );
}

/** What the index of referrers says of a manifest with a subject (distribution-spec, pushing manifests with subject). */
function entryFor(
  descriptor: Descriptor,
  bytes: Uint8Array,
): { readonly subject: Digest; readonly descriptor: Descriptor } | undefined {
  const manifest: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (!isRecord(manifest) || !isRecord(manifest['subject'])) return undefined;
  const subject = manifest['subject']['digest'];
  if (!isVerifiable(subject)) return undefined;
  const { artifactType, config, annotations } = manifest;
  const type = artifactType ?? (isRecord(config) ? config['mediaType'] : undefined);
  return {
    subject,
    descriptor: {
      ...descriptor,
      ...(typeof type === 'string' ? { artifactType: type } : {}),
      ...(isRecord(annotations) ? { annotations: annotations as Readonly<Record<string, string>> } : {}),
    },
  };
}

function descriptorsIn(index: unknown): readonly Descriptor[] {
  const manifests = isRecord(index) ? index['manifests'] : undefined;
  return Array.isArray(manifests) ? manifests.filter(isDescriptor) : [];
}

function isDescriptor(value: unknown): value is Descriptor {
  return (
    isRecord(value) &&
    isVerifiable(value['digest']) &&
    typeof value['mediaType'] === 'string' &&
    Number.isSafeInteger(value['size'])
  );
}
