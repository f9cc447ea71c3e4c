// Reading manifests and documents for pages: bounded, whoever pushed them.

import { isKnownDigest, parseDigest } from '../digests.ts';
import { RegistryError } from '../errors.ts';
import { checkName, isTag } from '../http/paths.ts';
import type { Exchange } from '../http/types.ts';
import type { ManifestReference, RegistryStorage, StoredManifest } from '../storage/types.ts';
import { parseLoosely } from './loose.ts';

const largestDocument = 16 * 1024 * 1024;

/** The repository that a page's address names. Throws `NAME_INVALID`. */
export function nameOf(query: URLSearchParams): string {
  const name = query.get('name') ?? '';
  checkName(name);
  return name;
}

/** Throws `DIGEST_INVALID` for what is neither a tag nor a digest. */
function referenceOf(text: string): ManifestReference {
  if (isTag(text)) return { tag: text };
  parseDigest(text);
  return { digest: text };
}

/** A manifest and its JSON. Throws `MANIFEST_UNKNOWN`. */
export async function readManifest(
  storage: RegistryStorage,
  name: string,
  reference: string,
): Promise<StoredManifest & { readonly json: unknown }> {
  const manifest = await storage.manifest(name, referenceOf(reference));
  if (!manifest)
    throw new RegistryError('MANIFEST_UNKNOWN', `"${name}" has no manifest "${reference.slice(0, 200)}"`);
  return { ...manifest, json: parseLoosely(manifest.bytes) };
}

/** The JSON of a blob; undefined where it is not there, is no JSON, or has more than 16 MiB. `digest` may be anything. */
export async function readDocument(
  storage: RegistryStorage,
  name: string,
  digest: string | undefined,
): Promise<unknown> {
  if (!isKnownDigest(digest)) return undefined;
  await using blob = await storage.openBlob(name, digest);
  if (!blob || blob.size > largestDocument) return undefined;
  const pieces: Buffer[] = [];
  for await (const piece of blob.read(0, blob.size)) pieces.push(Buffer.from(piece));
  return parseLoosely(Buffer.concat(pieces));
}

/** All of a list that is read in parts, at most `most` entries. */
export async function readAll<T>(
  read: (page: { readonly last?: string; readonly limit: number }) => Promise<readonly T[]>,
  keyOf: (entry: T) => string,
  most = 10_000,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let last: string | undefined; all.length < most; ) {
    const part = await read({ limit: 1000, ...(last === undefined ? {} : { last }) });
    all.push(...part);
    const end = part.at(-1);
    if (part.length < 1000 || end === undefined) break;
    last = keyOf(end);
  }
  return all.slice(0, most);
}

/** Whether the one who asks may see a repository. */
export function maySee({ may }: Exchange, name: string): boolean {
  return may?.('pull', name) ?? true;
}
