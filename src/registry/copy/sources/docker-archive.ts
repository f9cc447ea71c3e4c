// Images in an archive of Docker's older form: `manifest.json` lists configs and layers by their files.

import { createHash } from 'node:crypto';
import { CaissonError } from '../../../core/index.ts';
import {
  type Descriptor,
  type Digest,
  familiarName,
  type Manifest,
  mediaTypes,
  parseReference,
  sha256,
} from '../../../oci/index.ts';
import type { ArchiveReader } from '../../../store/index.ts';
import type { RequestOptions } from '../../types.ts';
import type { ImageSource, ManifestBytes } from '../types.ts';

interface Item {
  readonly config: string;
  readonly layers: readonly string[];
  readonly names: readonly string[];
}

/** The image that `reference` names in the archive (`busybox:1`, or `@0` for the first); without one, the only one. It gets an OCI manifest of its config and layers as they are. */
export function dockerArchiveSource(
  files: ArchiveReader,
  name: string,
  reference: string | undefined,
): ImageSource {
  const found = new Map<Digest, string>();
  const fileOf = (digest: Digest): string => found.get(digest) ?? missing(name, digest);
  return {
    name,
    root: (options) => describeImage(files, itemOf(files, name, reference), found, options),
    manifest: async ({ digest }) => missing(name, digest),
    blob: async ({ digest }, { offset = 0 }) => files.open(fileOf(digest), offset),
    referrers: async () => [],
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  };
}

async function describeImage(
  files: ArchiveReader,
  item: Item,
  found: Map<Digest, string>,
  options: RequestOptions,
): Promise<ManifestBytes> {
  const describe = async (file: string, mediaType?: string): Promise<Descriptor> => {
    const identity = await identify(files, file, options);
    found.set(identity.digest, file);
    return { mediaType: mediaType ?? identity.layerType, digest: identity.digest, size: identity.size };
  };
  const config = await describe(item.config, mediaTypes.ociConfig);
  const layers: Descriptor[] = [];
  for (const layer of item.layers) layers.push(await describe(layer));
  const manifest: Manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return { descriptor: { mediaType: manifest.mediaType, digest: sha256(bytes), size: bytes.length }, bytes };
}

async function identify(
  files: ArchiveReader,
  file: string,
  { signal }: RequestOptions,
): Promise<{ readonly digest: Digest; readonly size: number; readonly layerType: string }> {
  const hash = createHash('sha256');
  let size = 0;
  let layerType: string | undefined;
  for await (const chunk of files.open(file) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    layerType ??= layerTypeOf(chunk);
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, size, layerType: layerType ?? mediaTypes.ociLayer };
}

function layerTypeOf(head: Buffer): string {
  if (head.length >= 2 && head.readUInt16BE(0) === 0x1f8b) return mediaTypes.ociLayerGzip;
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return mediaTypes.ociLayerZstd;
  return mediaTypes.ociLayer;
}

function itemOf(files: ArchiveReader, name: string, reference: string | undefined): Item {
  const items = itemsOf(files, name);
  const meant = reference === undefined ? items : items.filter((item, at) => isMeant(item, at, reference));
  const [item, ...others] = meant;
  if (item && others.length === 0) return item;
  const offered = items.map(({ names }, at) => names[0] ?? `@${at}`).join(', ') || 'nothing';
  throw new CaissonError(
    item ? 'IMAGE_AMBIGUOUS' : 'MANIFEST_NOT_FOUND',
    item
      ? `"${name}" names several images: ${offered}`
      : `"${name}" is not there; the archive has ${offered}`,
    { hint: 'Name one of them behind the path: docker-archive:FILE:NAME.' },
  );
}

function isMeant({ names }: Item, at: number, reference: string): boolean {
  if (reference.startsWith('@')) return reference === `@${at}`;
  return names.some((each) => each === reference || each === familiarName(parseReference(reference)));
}

function itemsOf(files: ArchiveReader, name: string): readonly Item[] {
  let items: unknown;
  try {
    items = JSON.parse(files.read('manifest.json').toString());
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  if (Array.isArray(items) && items.length <= 1000) return items.map((item) => toItem(item, name));
  throw invalid(name, '"manifest.json" lists no images');
}

function toItem(item: unknown, name: string): Item {
  const { Config, Layers, RepoTags } = (item ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof Config !== 'string' || !isStrings(Layers) || Layers.length > 500)
    throw invalid(name, '"manifest.json" has an image without config or layers');
  return {
    config: safe(Config, name),
    layers: Layers.map((layer) => safe(layer, name)),
    names: isStrings(RepoTags) ? RepoTags : [],
  };
}

function safe(file: string, name: string): string {
  const parts = file.split('/').filter((part) => part !== '' && part !== '.');
  if (!file.startsWith('/') && !parts.includes('..')) return parts.join('/');
  throw invalid(name, `it names the file "${file.slice(0, 200)}"`);
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string');
}

function invalid(name: string, what: string): CaissonError {
  return new CaissonError('ARCHIVE_INVALID', `"${name}" is not a valid image archive: ${what}`, {
    hint: 'Expected what "docker save", "podman save" or "skopeo copy" writes, whole and unchanged.',
  });
}

function missing(name: string, digest: Digest): never {
  throw new CaissonError('BLOB_NOT_FOUND', `"${name}" has no blob "${digest}"`);
}
