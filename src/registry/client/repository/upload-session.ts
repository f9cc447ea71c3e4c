// One upload at a registry: begun, asked how far it is, completed, given up (distribution-spec, pushing blobs).

import { CaissonError } from '../../../core/index.ts';
import type { Digest } from '../../../oci/index.ts';
import { discard, shownUrl } from '../transport/index.ts';
import type { Endpoint, HttpResponse, Scope } from '../types.ts';
import { problemOf } from './answer.ts';
import { ask, askHeader, type Question } from './ask.ts';
import type { RepositoryAt } from './context.ts';
import { parseUploadRange } from './range.ts';

const longestCancel = 500;

/** Where something is uploaded to. */
export interface UploadTarget {
  readonly at: RepositoryAt;
  readonly endpoint: Endpoint;
  readonly scope: Scope;
  /** For messages: `blob "sha256:…" of "library/busybox"`. */
  readonly what: string;
  readonly signal: AbortSignal;
}

/** An upload that the registry waits for. */
export interface UploadSession {
  readonly location: URL;
  /** The smallest chunk that the registry takes, where it says so. */
  readonly chunkMinimum: number | undefined;
}

/** Begins an upload, or mounts a blob from another repository: then `mounted`. */
export async function beginUpload(
  target: UploadTarget,
  mount?: { readonly digest: Digest; readonly from: string },
): Promise<UploadSession | 'mounted'> {
  const query = mount
    ? `?${new URLSearchParams({ mount: mount.digest, from: `${target.endpoint.prefix}${mount.from}` })}`
    : '';
  const scope = mount ? { ...target.scope, pullFrom: [mount.from] } : target.scope;
  const response = await askHeader(target.at, target.endpoint, mount ? [201, 202] : [202], {
    ...uploadQuestion({ ...target, scope }, 'POST', `${target.at.path}/blobs/uploads/${query}`),
    headers: { 'content-length': '0' },
  });
  if (response.status === 201) return 'mounted';
  const minimum = Number(response.headers['oci-chunk-min-length'] ?? 0);
  return {
    location: locationIn(response, target),
    chunkMinimum: Number.isSafeInteger(minimum) && minimum > 0 ? minimum : undefined,
  };
}

/** How many bytes have arrived; undefined where the upload is not known any more. */
export async function uploadStatus(
  target: UploadTarget,
  session: UploadSession,
): Promise<{ readonly session: UploadSession; readonly offset: number } | undefined> {
  const response = await ask(target.at, target.endpoint, uploadQuestion(target, 'GET', session.location));
  discard(response);
  if (response.status !== 204 && response.status !== 200 && response.status !== 202) return undefined;
  return {
    session: continued(session, response, target),
    offset: parseUploadRange(response.headers['range']),
  };
}

/** The URL that completes an upload. */
export function completion({ location }: UploadSession, digest: Digest): URL {
  const url = new URL(location);
  url.searchParams.set('digest', digest);
  return url;
}

/** The session as it goes on after an answer: its location may change with each. */
export function continued(
  session: UploadSession,
  response: HttpResponse,
  target: UploadTarget,
): UploadSession {
  if (response.headers['location'] === undefined) return session;
  return { ...session, location: locationIn(response, target) };
}

/** Gives an upload up; whether that succeeds does not matter. */
export async function cancelUpload(target: UploadTarget, session: UploadSession): Promise<void> {
  try {
    const signal = AbortSignal.timeout(longestCancel);
    const asked = uploadQuestion({ ...target, signal }, 'DELETE', session.location);
    discard(await ask(target.at, target.endpoint, { ...asked, once: true }));
  } catch {
    // The registry forgets it in time.
  }
}

/** A request of an upload. */
export function uploadQuestion(
  { scope, what, signal }: UploadTarget,
  method: Question['method'],
  to: string | URL,
): Question {
  return { method, to, scope, what, signal };
}

/** Throws what the registry says unless an upload was completed. */
export async function checkCompleted(
  response: HttpResponse,
  { endpoint, what }: UploadTarget,
  digest: Digest,
): Promise<void> {
  if (response.status !== 201 && response.status !== 204 && response.status !== 200)
    throw await problemOf(response, endpoint, what);
  discard(response);
  const told = response.headers['docker-content-digest'];
  if (typeof told === 'string' && told.startsWith(digest.slice(0, 7)) && told !== digest)
    throw new CaissonError('DIGEST_MISMATCH', `The registry took the ${what} in as "${told}"`, {
      hint: 'Something between here and the registry changes what is sent.',
    });
}

function locationIn({ headers, url }: HttpResponse, { what }: UploadTarget): URL {
  const text = headers['location'];
  if (typeof text !== 'string' || !URL.canParse(text, url.href)) throw wrong('does not say where', what, url);
  const location = new URL(text, url);
  const known = location.protocol === 'https:' || location.protocol === 'http:';
  if (!known || (url.protocol === 'https:' && location.protocol === 'http:'))
    throw wrong(`wants "${location.protocol}"`, what, url);
  return location;
}

function wrong(problem: string, what: string, url: URL): CaissonError {
  return new CaissonError('REGISTRY_ERROR', `"${shownUrl(url)}" ${problem} to upload the ${what}`, {
    hint: 'The registry, or a proxy before it, is set up wrongly: it must know its own HTTPS address.',
  });
}
