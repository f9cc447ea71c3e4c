// end-3, end-7, end-9: manifests by tag and digest.

import { createHash } from 'node:crypto';
import { isKnownDigest, parseDigest } from '../digests.ts';
import { RegistryError } from '../errors.ts';
import { wholeBody } from '../http/body.ts';
import { matchesTag } from '../http/conditions.ts';
import { pathMatcher } from '../http/paths.ts';
import { reply } from '../http/reply.ts';
import type { Exchange, Route } from '../http/types.ts';
import type { ManifestRecord, ManifestReference, RegistryStorage } from '../storage/types.ts';
import { repositoryAccess } from './access.ts';
import { parseManifest } from './manifest.ts';
import { unknown } from './unknown.ts';

/** `/v2/<name>/manifests/<reference>` */
export function manifestRoute(
  storage: RegistryStorage,
  { manifestSize }: { readonly manifestSize: number },
): Route {
  return {
    name: 'manifest',
    match: pathMatcher('/v2/<name>/manifests/<reference>'),
    operations: {
      GET: { access: repositoryAccess('pull'), handle: (exchange) => getManifest(storage, exchange) },
      HEAD: { access: repositoryAccess('pull'), handle: (exchange) => headManifest(storage, exchange) },
      PUT: {
        access: repositoryAccess('push'),
        handle: (exchange) => putManifest(storage, manifestSize, exchange),
      },
      DELETE: { access: repositoryAccess('delete'), handle: (exchange) => deleteManifest(storage, exchange) },
    },
  };
}

async function getManifest(storage: RegistryStorage, exchange: Exchange): Promise<void> {
  const { name = '', reference = '' } = exchange.params;
  const manifest = await storage.manifest(name, referenceOf(reference));
  if (!manifest) throw await manifestUnknown(storage, name, reference);
  if (matchesTag(exchange.request.headers['if-none-match'], manifest.digest)) {
    reply(exchange, 304, manifestHeaders(manifest));
  } else {
    reply(exchange, 200, manifestHeaders(manifest), manifest.bytes);
  }
}

async function headManifest(storage: RegistryStorage, exchange: Exchange): Promise<void> {
  const { name = '', reference = '' } = exchange.params;
  const manifest = await storage.manifestRecord(name, referenceOf(reference));
  if (!manifest) throw await manifestUnknown(storage, name, reference);
  exchange.response.writeHead(200, { ...manifestHeaders(manifest), 'content-length': manifest.size }).end();
}

function manifestHeaders({ digest, mediaType }: ManifestRecord): Readonly<Record<string, string>> {
  return { 'content-type': mediaType, 'docker-content-digest': digest, etag: `"${digest}"` };
}

function referenceOf(reference: string): ManifestReference {
  return isKnownDigest(reference) ? { digest: reference } : { tag: reference };
}

function manifestUnknown(storage: RegistryStorage, name: string, reference: string): Promise<RegistryError> {
  return unknown(storage, name, 'MANIFEST_UNKNOWN', `manifest "${reference}"`);
}

async function putManifest(storage: RegistryStorage, limit: number, exchange: Exchange): Promise<void> {
  const { name = '', reference = '' } = exchange.params;
  const bytes = await wholeBody(exchange, limit, () => tooLarge(limit));
  const wanted = referenceOf(reference);
  const digest = digestOf(bytes, wanted);
  const parsed = parseManifest(bytes, exchange.request.headers['content-type']);
  await storage.putManifest(
    name,
    { ...parsed, bytes, digest, size: bytes.length },
    'tag' in wanted ? wanted.tag : undefined,
  );
  reply(exchange, 201, {
    location: `/v2/${name}/manifests/${digest}`,
    'docker-content-digest': digest,
    ...(parsed.subject === undefined ? {} : { 'oci-subject': parsed.subject }),
  });
}

/** Its digest, in the algorithm it is put by. */
function digestOf(bytes: Buffer, reference: ManifestReference): string {
  const { algorithm } = 'digest' in reference ? parseDigest(reference.digest) : { algorithm: 'sha256' };
  const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
  if ('tag' in reference || reference.digest === digest) return digest;
  throw new RegistryError(
    'DIGEST_INVALID',
    `Expected a manifest with digest "${reference.digest}", got "${digest}"`,
    {
      detail: { expected: reference.digest, actual: digest },
    },
  );
}

function tooLarge(limit: number): RegistryError {
  return new RegistryError(
    'SIZE_INVALID',
    `The manifest is larger than ${limit} bytes, the most this registry takes`,
    {
      status: 413,
    },
  );
}

async function deleteManifest(storage: RegistryStorage, exchange: Exchange): Promise<void> {
  const { name = '', reference = '' } = exchange.params;
  const wanted = referenceOf(reference);
  const gone = await ('tag' in wanted
    ? storage.deleteTag(name, wanted.tag)
    : storage.deleteManifest(name, wanted.digest));
  if (!gone) throw await manifestUnknown(storage, name, reference);
  reply(exchange, 202);
}
