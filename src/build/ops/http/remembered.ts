// Downloads of earlier builds: kept as layers, found again by URL (to ask the server whether they still hold) or by digest.

import { canonicalJson, type Digest, sha256 } from '../../../oci/index.ts';
import type { Store } from '../../../store/index.ts';
import type { FetchedFile, HttpFile } from './types.ts';
import { withoutCredentials } from './url.ts';

/** A download and what the server said of it. */
export interface Remembered extends Omit<FetchedFile, 'cached'> {
  readonly etag: string | undefined;
}

/** The newest download of a URL under this file name; undefined where none is kept any more. */
export function recallByUrl(store: Store, file: HttpFile): Remembered | undefined {
  return recall(store, urlKey(file));
}

/** A download with this digest of the same URL. */
export function recallByDigest(store: Store, file: HttpFile, digest: Digest): Remembered | undefined {
  return recall(store, digestKey(file, digest));
}

/** Remembers a download. */
export function remember(store: Store, file: HttpFile, download: Remembered): void {
  const { layer, digest, etag, lastModified } = download;
  const parts = {
    digest,
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { 'last-modified': lastModified }),
  };
  const slot = `http|${withoutCredentials(file.url)}`;
  for (const key of [urlKey(file), digestKey(file, digest)])
    store.cache.add({ key, layers: [layer], parts, slot, created: Date.now() });
}

function recall(store: Store, key: Digest): Remembered | undefined {
  const record = store.cache.find(key);
  const layer = record?.layers[0];
  const digest = record?.parts['digest'];
  if (record === undefined || layer === undefined || digest === undefined) return undefined;
  if (store.layers.get(layer) === undefined) return undefined;
  return { layer, digest, etag: record.parts['etag'], lastModified: record.parts['last-modified'] };
}

function urlKey({ url, fileName }: HttpFile): Digest {
  return sha256(canonicalJson({ kind: 'http by url', url, fileName }));
}

function digestKey({ url, fileName }: HttpFile, digest: Digest): Digest {
  return sha256(canonicalJson({ kind: 'http by digest', url, fileName, digest }));
}
