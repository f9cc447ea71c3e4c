// What a manifest says, as far as a registry needs it: what it refers to, and how it is listed as a referrer.

import { isIndexType, isManifestType } from '../../../oci/index.ts';
import { isKnownDigest } from '../digests.ts';
import { RegistryError } from '../errors.ts';
import type { NewManifest } from '../storage/types.ts';

/** What is taken out of a manifest's text. */
export type ParsedManifest = Omit<NewManifest, 'bytes' | 'digest' | 'size'>;

/** Reads a manifest of any media type. Throws `MANIFEST_INVALID`. */
export function parseManifest(bytes: Buffer, contentType: string | undefined): ParsedManifest {
  const value = parseObject(bytes);
  const mediaType = mediaTypeOf(value, contentType);
  checkShape(value, mediaType);
  const config = value['config'] === undefined ? undefined : descriptorOf(value['config'], 'config');
  const layers = [...descriptorsOf(value, 'layers'), ...descriptorsOf(value, 'blobs')];
  const subject = value['subject'] === undefined ? undefined : descriptorOf(value['subject'], 'subject');
  const artifactType = textOf(value, 'artifactType') || config?.mediaType;
  const annotations = annotationsOf(value['annotations']);
  return {
    mediaType,
    ...(artifactType ? { artifactType } : {}),
    ...(subject ? { subject: subject.digest } : {}),
    ...(annotations ? { annotations } : {}),
    blobs: [...(config ? [config] : []), ...layers.filter((layer) => !isElsewhere(layer))].map(
      ({ digest }) => digest,
    ),
    manifests: descriptorsOf(value, 'manifests').map(({ digest }) => digest),
  };
}

type Json = Readonly<Record<string, unknown>>;

interface FoundDescriptor {
  readonly digest: string;
  readonly mediaType: string;
  readonly urls: boolean;
}

function parseObject(bytes: Buffer): Json {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
  if (!isObject(value)) throw invalid('it is not a JSON object');
  if (value['schemaVersion'] === 1) {
    throw invalid('it has schema version 1, which is not taken any more; push it with a newer client');
  }
  return value;
}

/** The type it is pushed with; it must be the one it gives itself (distribution-spec, "Pushing Manifests"). */
function mediaTypeOf(value: Json, contentType: string | undefined): string {
  const own = textOf(value, 'mediaType');
  const pushed = contentType?.split(';', 1)[0]?.trim().toLowerCase() || own;
  if (!pushed || !/^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(pushed)) {
    throw invalid(`its media type is "${pushed ?? ''}"`);
  }
  if (own !== undefined && own.toLowerCase() !== pushed) {
    throw invalid(`its mediaType is "${own}", but the Content-Type is "${pushed}"`);
  }
  return pushed;
}

/** A text that is a manifest to one reader and an index to another must not get in (CVE-2021-41190). */
function checkShape(value: Json, mediaType: string): void {
  const isIndex = isIndexType(mediaType);
  if (!isIndex && !isManifestType(mediaType)) return;
  if (value['schemaVersion'] !== 2) throw invalid('its schemaVersion is not 2');
  const foreign = isIndex ? ['config', 'layers'] : ['manifests'];
  const needed = isIndex ? ['manifests'] : ['config', 'layers'];
  for (const member of foreign)
    if (value[member] !== undefined) throw invalid(`"${mediaType}" has no "${member}"`);
  for (const member of needed) if (value[member] === undefined) throw invalid(`its "${member}" is missing`);
}

function descriptorsOf(value: Json, member: string): readonly FoundDescriptor[] {
  const list = value[member];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw invalid(`its "${member}" is not a list`);
  return list.map((entry, position) => descriptorOf(entry, `${member}[${position}]`));
}

function descriptorOf(value: unknown, place: string): FoundDescriptor {
  if (!isObject(value)) throw invalid(`its "${place}" is not a descriptor`);
  const { digest, size, mediaType, urls } = value;
  if (!isKnownDigest(digest))
    throw invalid(`the digest of "${place}" is ${JSON.stringify(digest)?.slice(0, 200) ?? 'missing'}`);
  if (!Number.isSafeInteger(size) || Number(size) < 0)
    throw invalid(`the size of "${place}" is not a number of bytes`);
  if (typeof mediaType !== 'string') throw invalid(`"${place}" has no mediaType`);
  return { digest, mediaType, urls: Array.isArray(urls) && urls.length > 0 };
}

/** Layers that must not be distributed are fetched from where they come from. */
function isElsewhere({ mediaType, urls }: FoundDescriptor): boolean {
  return urls || /\.(?:nondistributable|foreign)\./.test(mediaType);
}

function annotationsOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    throw invalid('its annotations are not texts by names');
  }
  return value as Readonly<Record<string, string>>;
}

function textOf(value: Json, member: string): string | undefined {
  const text = value[member];
  if (text === undefined || typeof text === 'string') return text;
  throw invalid(`its "${member}" is not a text`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(why: string, cause?: unknown): RegistryError {
  return new RegistryError('MANIFEST_INVALID', `The manifest is invalid: ${why}`, { cause });
}
