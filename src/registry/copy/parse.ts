// Reading manifests and indexes of unknown honesty.

import { CaissonError } from '../../core/index.ts';
import {
  type Descriptor,
  type Index,
  isDigest,
  isIndexType,
  isManifestType,
  type Manifest,
  withoutNull,
  wrongMember,
} from '../../oci/index.ts';
import type { ManifestBytes } from './types.ts';

const mostEntries = 2000;
const docker1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;

/** A manifest taken apart. */
export type Parsed =
  | { readonly kind: 'index'; readonly index: Index }
  | { readonly kind: 'manifest'; readonly manifest: Manifest };

/** Parses a manifest or index and checks all that it points to. Throws `MANIFEST_INVALID`, `MANIFEST_UNSUPPORTED`. */
export function parseManifest({ descriptor, bytes }: ManifestBytes): Parsed {
  const { mediaType, digest } = descriptor;
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) throw unsupported(descriptor);
  const value = parseObject(bytes, digest);
  // One text must not be read in two ways (image-spec, manifest.md; CVE-2021-41190).
  if (value['mediaType'] !== undefined && value['mediaType'] !== mediaType)
    throw invalid(
      digest,
      `it says it is of type "${String(value['mediaType']).slice(0, 100)}", not "${mediaType}"`,
    );
  if (isIndexType(mediaType)) {
    if ('layers' in value || 'config' in value) throw invalid(digest, 'it is an index and an image at once');
    descriptors(value['manifests'], digest, 'manifests');
    return { kind: 'index', index: value as unknown as Index };
  }
  if ('manifests' in value) throw invalid(digest, 'it is an index and an image at once');
  descriptors(value['layers'], digest, 'layers');
  descriptors([value['config']], digest, 'config');
  if (value['subject'] !== undefined) descriptors([value['subject']], digest, 'subject');
  return { kind: 'manifest', manifest: value as unknown as Manifest };
}

function descriptors(value: unknown, digest: string, field: string): void {
  if (!Array.isArray(value)) throw invalid(digest, `it has no ${field}`);
  if (value.length > mostEntries) throw invalid(digest, `it has more than ${mostEntries} ${field}`);
  for (const each of value) checkDescriptor(each, digest, field);
}

function checkDescriptor(value: unknown, digest: string, field: string): void {
  const { mediaType, size, ...rest } = (value ?? {}) as Partial<Descriptor>;
  if (!isDigest(rest.digest))
    throw invalid(digest, `its ${field} name "${String(rest.digest).slice(0, 100)}", which is not a digest`);
  if (typeof mediaType !== 'string' || !Number.isSafeInteger(size) || Number(size) < 0)
    throw invalid(digest, `its ${field} have a descriptor without media type or size`);
  const wrong = wrongMember(value as object);
  if (wrong) throw invalid(digest, `its ${field} have a descriptor with "${wrong}" of another type`);
}

function parseObject(bytes: Buffer, digest: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'), withoutNull);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw invalid(digest, 'it is not JSON', cause);
  }
  throw invalid(digest, 'it is no JSON object');
}

function invalid(digest: string, what: string, cause?: unknown): CaissonError {
  return new CaissonError('MANIFEST_INVALID', `The manifest "${digest}" is invalid: ${what}`, {
    ...(cause === undefined ? {} : { cause }),
    hint: 'Build or push the image again with a current tool.',
  });
}

function unsupported({ mediaType, digest }: Descriptor): CaissonError {
  const isOld = docker1.test(mediaType);
  return new CaissonError(
    'MANIFEST_UNSUPPORTED',
    isOld
      ? `"${digest}" is in Docker's image manifest v2, schema 1, which is no longer in use`
      : `"${digest}" is of type "${mediaType.slice(0, 100)}", not an image manifest or index`,
    {
      hint: isOld
        ? 'Push the image again with Docker 1.10 or newer.'
        : 'Check that the reference names an image.',
    },
  );
}
