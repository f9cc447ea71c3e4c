// A file over HTTP as a layer: asked for in every build, downloaded when it changed.

import { join } from 'node:path';
import type { Digest } from '../../../oci/index.ts';
import { inDraft } from '../draft.ts';
import { authorizationFor } from './credentials.ts';
import { badStatus, digestMismatch } from './errors.ts';
import { type Remembered, recallByDigest, recallByUrl, remember } from './remembered.ts';
import { get, type HttpAnswer } from './request.ts';
import { saveBody } from './save.ts';
import type { FetchedFile, HttpFile, HttpServices } from './types.ts';

/**
 * Fetches a file. One whose digest is expected and known is not asked for; one the server says has not changed (ETag,
 * Last-Modified) is not downloaded. Throws `FETCH_FAILED`, `FETCH_TOO_LARGE`, `CHECKSUM_MISMATCH`, `REDIRECTED_TOO_OFTEN`, `URL_INVALID`.
 */
export async function fetchFile(file: HttpFile, services: HttpServices): Promise<FetchedFile> {
  const { store, access } = services;
  const wanted = file.checksum ?? access.pins?.http?.(file.url);
  const pinned = wanted === undefined ? undefined : recallByDigest(store, file, wanted);
  if (pinned !== undefined) return held(services, pinned);
  const known = wanted === undefined ? recallByUrl(store, file) : undefined;
  const answer = await get({
    url: file.url,
    headers: { 'Accept-Encoding': 'gzip', ...conditions(known) },
    authorization: authorizationFor(file.url, access),
    proxies: access.proxies ?? process.env,
    signal: services.signal,
  });
  if (known !== undefined && isUnchanged(answer, known)) {
    answer.body.destroy();
    return held(services, known);
  }
  if (answer.status < 200 || answer.status >= 300) {
    answer.body.destroy();
    throw badStatus(file.url, answer.status);
  }
  return download(file, answer, wanted, services);
}

function held({ lease }: HttpServices, { layer, digest, lastModified }: Remembered): FetchedFile {
  lease.hold([layer]);
  return { layer, digest, lastModified, cached: true };
}

function conditions(known: Remembered | undefined): Readonly<Record<string, string>> {
  if (known?.etag !== undefined) return { 'If-None-Match': known.etag };
  return known?.lastModified === undefined ? {} : { 'If-Modified-Since': known.lastModified };
}

/** Some servers send the whole file although its tag is the one asked about. */
function isUnchanged({ status, headers }: HttpAnswer, { etag }: Remembered): boolean {
  return status === 304 || (status === 200 && etag !== undefined && headers.etag === etag);
}

async function download(
  file: HttpFile,
  answer: HttpAnswer,
  wanted: Digest | undefined,
  services: HttpServices,
): Promise<FetchedFile> {
  const { store, signal, onProgress } = services;
  let digest: Digest = '';
  const { id } = await inDraft(store, async (draft) => {
    const path = join(draft.upper, file.fileName);
    digest = await saveBody(answer, { url: file.url, file: path, signal, onProgress });
    if (wanted !== undefined && digest !== wanted) throw digestMismatch(file.url, digest, wanted);
    return undefined;
  });
  const lastModified = answer.headers['last-modified'];
  remember(store, file, { layer: id, digest, etag: answer.headers.etag, lastModified });
  return { layer: id, digest, lastModified, cached: false };
}
