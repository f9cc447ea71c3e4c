// Manifests of a repository: what a reference names, getting, putting, deleting.

import { CaissonError } from '../../../core/index.ts';
import type { Descriptor } from '../../../oci/index.ts';
import type { RemoteManifest, RequestOptions } from '../../types.ts';
import { discard } from '../transport/index.ts';
import type { Endpoint, HttpResponse } from '../types.ts';
import { problemOf, readBody } from './answer.ts';
import { ask, askHeader, type Question } from './ask.ts';
import type { RepositoryAt } from './context.ts';
import { digestLike, verifyDigest } from './digests.ts';
import { endpointsFor, endpointToPush, fromFirst } from './endpoints.ts';
import { acceptedManifests, isSchema1, manifestType, typeInHeader } from './manifest-type.ts';
import { checkedReference, isVerifiable } from './names.ts';

const largest = 4 * 1024 * 1024;

/** The descriptor that a reference names; undefined where there is none. */
export async function resolveManifest(
  at: RepositoryAt,
  reference: string,
  options: RequestOptions,
): Promise<Descriptor | undefined> {
  const endpoints = endpointsFor(at, isVerifiable(checkedReference(reference)) ? 'pull' : 'resolve');
  return fromFirst(endpoints, options, async (endpoint) => {
    const response = await ask(at, endpoint, question(at, 'HEAD', reference, options));
    discard(response);
    if (response.status === 404) return undefined;
    const told = response.status === 200 ? describedIn(response, reference) : undefined;
    return told ?? (await fetchManifest(at, endpoint, reference, options))?.descriptor;
  });
}

/** A manifest with its bytes. Throws `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`, `MANIFEST_SCHEMA1`, `DIGEST_MISMATCH`. */
export async function getManifest(
  at: RepositoryAt,
  reference: string,
  options: RequestOptions,
): Promise<RemoteManifest> {
  const endpoints = endpointsFor(at, isVerifiable(checkedReference(reference)) ? 'pull' : 'resolve');
  const manifest = await fromFirst(endpoints, options, (endpoint) =>
    fetchManifest(at, endpoint, reference, options),
  );
  if (manifest) return manifest;
  throw new CaissonError('MANIFEST_NOT_FOUND', `"${at.domain}" has no ${nameOf(at, reference)}`, {
    hint: 'Check the tag or digest; "caisson tags" lists tags.',
  });
}

/** Puts a manifest; gives its descriptor and whether the registry took note of its subject. */
export async function sendManifest(
  at: RepositoryAt,
  reference: string,
  { bytes, mediaType }: { readonly bytes: Uint8Array; readonly mediaType: string },
  options: RequestOptions,
): Promise<{ readonly descriptor: Descriptor; readonly subjectNoted: boolean }> {
  const digest = digestLike(bytes, isVerifiable(checkedReference(reference)) ? reference : undefined);
  if (isVerifiable(reference)) verifyDigest(bytes, reference, nameOf(at, reference));
  const response = await askHeader(at, endpointToPush(at), [201, 200, 202], {
    ...question(at, 'PUT', reference, options),
    headers: { 'content-type': mediaType, 'content-length': String(bytes.length) },
    body: bytes,
  });
  return {
    descriptor: { mediaType, digest, size: bytes.length },
    subjectNoted: response.headers['oci-subject'] !== undefined,
  };
}

/** Deletes a tag or a manifest. Throws `MANIFEST_NOT_FOUND`, `UNSUPPORTED`. */
export async function deleteManifest(
  at: RepositoryAt,
  reference: string,
  options: RequestOptions,
): Promise<void> {
  const asked = question(at, 'DELETE', checkedReference(reference), options);
  await askHeader(at, endpointToPush(at), [202, 200, 204], asked);
}

async function fetchManifest(
  at: RepositoryAt,
  endpoint: Endpoint,
  reference: string,
  options: RequestOptions,
): Promise<RemoteManifest | undefined> {
  const what = nameOf(at, reference);
  const asked = { ...question(at, 'GET', reference, options), held: largest };
  const response = await ask(at, endpoint, asked);
  if (response.status === 404) {
    discard(response);
    return undefined;
  }
  if (response.status !== 200) throw await problemOf(response, endpoint, what);
  const bytes = await readBody(response, largest);
  if (!bytes)
    throw new CaissonError('MANIFEST_INVALID', `The ${what} is larger than ${largest} bytes`, {
      hint: 'Manifests are at most 4 MiB; this is something else.',
    });
  const told = response.headers['docker-content-digest'];
  const expected = isVerifiable(reference) ? reference : isVerifiable(told) ? told : undefined;
  if (expected) verifyDigest(bytes, expected, what);
  const mediaType = manifestType(bytes, typeInHeader(response.headers['content-type']), what);
  return { descriptor: { mediaType, digest: digestLike(bytes, expected), size: bytes.length }, bytes };
}

/** What the answer to a HEAD tells, where it tells everything. */
function describedIn({ headers }: HttpResponse, reference: string): Descriptor | undefined {
  const mediaType = typeInHeader(headers['content-type']);
  const digest = isVerifiable(reference) ? reference : headers['docker-content-digest'];
  const size = Number(headers['content-length'] ?? Number.NaN);
  if (mediaType === undefined || isSchema1(mediaType) || !isVerifiable(digest)) return undefined;
  return Number.isSafeInteger(size) && size > 0 && size <= largest ? { mediaType, digest, size } : undefined;
}

const actions: Readonly<Record<string, Question['scope']['actions']>> = {
  PUT: ['pull', 'push'],
  DELETE: ['delete'],
};

function question(
  { path }: RepositoryAt,
  method: Question['method'],
  reference: string,
  { signal }: RequestOptions,
): Question {
  return {
    method,
    to: `${path}/manifests/${reference}`,
    what: `manifest "${reference}" of "${path}"`,
    scope: { repository: path, actions: actions[method] ?? ['pull'] },
    headers: { accept: acceptedManifests },
    signal,
  };
}

function nameOf({ path }: RepositoryAt, reference: string): string {
  return `manifest "${reference}" of "${path}"`;
}
