// Which manifest of what a source gives is meant: all of it, or the image of one platform.

import { buffer } from 'node:stream/consumers';
import { CaissonError } from '../../core/index.ts';
import {
  type Descriptor,
  formatPlatform,
  hostPlatform,
  type ImageConfig,
  isIndexType,
  isManifestType,
  type Platform,
  platformRank,
} from '../../oci/index.ts';
import { bestImage } from '../pull/index.ts';
import type { RequestOptions } from '../types.ts';
import { isImageManifest } from './convert.ts';
import { parseManifest } from './parse.ts';
import type { CopyOptions, ImageSource, ManifestBytes } from './types.ts';
import { manifestLimit } from './verified.ts';

type Choice = Pick<CopyOptions, 'all' | 'platform' | 'signal'>;

/** The manifest to copy: the root with `all`, else the image for `platform`, else for this machine. Throws `PLATFORM_NOT_FOUND`. */
export async function chooseRoot(source: ImageSource, choice: Choice): Promise<ManifestBytes> {
  const root = await source.root(choice);
  if (choice.all) return root;
  if (!isIndexType(root.descriptor.mediaType)) {
    if (choice.platform) await checkPlatform(source, root, choice.platform, choice);
    return root;
  }
  const descriptor = await bestOf(source, root, choice);
  return { descriptor: plain(descriptor), bytes: await source.manifest(descriptor, choice) };
}

/** An image's platform: its descriptor's, else its config's. */
export async function platformOf(
  source: ImageSource,
  manifest: ManifestBytes,
  options: RequestOptions,
): Promise<Platform> {
  if (manifest.descriptor.platform) return manifest.descriptor.platform;
  const { os, architecture, variant } = await configOf(source, manifest, options);
  return {
    os: String(os),
    architecture: String(architecture),
    ...(variant ? { variant: String(variant) } : {}),
  };
}

/** The config of an image. Throws `MANIFEST_INVALID`. */
export async function configOf(
  source: ImageSource,
  manifest: ManifestBytes,
  options: RequestOptions,
): Promise<ImageConfig> {
  const parsed = parseManifest(manifest);
  const { digest } = manifest.descriptor;
  if (parsed.kind !== 'manifest')
    throw new CaissonError('MANIFEST_INVALID', `"${digest}" is an index, which has no image config`);
  const bytes = await readBlob(source, parsed.manifest.config, options);
  try {
    return JSON.parse(bytes.toString()) as ImageConfig;
  } catch (cause) {
    throw new CaissonError('MANIFEST_INVALID', `The config of "${digest}" is not JSON`, { cause });
  }
}

/** The bytes of a small blob. Throws `MANIFEST_INVALID` where it has more than a manifest may have. */
export async function readBlob(
  source: ImageSource,
  blob: Descriptor,
  { signal }: RequestOptions,
): Promise<Buffer> {
  if (blob.size <= manifestLimit) return await buffer(await source.blob(blob, { signal }));
  throw new CaissonError(
    'MANIFEST_INVALID',
    `The config "${blob.digest}" has ${blob.size} bytes, more than ${manifestLimit}`,
  );
}

/** Whether an index lists `descriptor` as an image, not as something attached to one. */
export function isImage({ annotations, platform, artifactType, mediaType }: Descriptor): boolean {
  if (!isManifestType(mediaType) || artifactType !== undefined) return false;
  return annotations?.['vnd.docker.reference.type'] === undefined && platform?.os !== 'unknown';
}

async function bestOf(source: ImageSource, root: ManifestBytes, choice: Choice): Promise<Descriptor> {
  const wanted = choice.platform ?? hostPlatform();
  const fetched = async (descriptor: Descriptor): Promise<ManifestBytes> => ({
    descriptor,
    bytes: await source.manifest(descriptor, choice),
  });
  const { best, offered } = await bestImage(entriesOf(source, root), wanted, {
    entries: async (index) => entriesOf(source, await fetched(index)),
    platform: async (image) => listedPlatform(source, await fetched(image), choice),
  });
  if (best) return best;
  const others = offered.map(formatPlatform).join(', ') || 'no image at all';
  throw notFound(source, wanted, others, 'Name one of these with --platform, or copy all with --all.');
}

function entriesOf(source: ImageSource, index: ManifestBytes): readonly Descriptor[] {
  const parsed = parseManifest(index);
  if (parsed.kind !== 'index') return [];
  return parsed.index.manifests.filter((each) => source.has?.(each) ?? true);
}

async function listedPlatform(
  source: ImageSource,
  manifest: ManifestBytes,
  choice: Choice,
): Promise<Platform | undefined> {
  const parsed = parseManifest(manifest);
  if (parsed.kind !== 'manifest' || !isImageManifest(parsed.manifest)) return undefined;
  return platformOf(source, manifest, choice);
}

async function checkPlatform(
  source: ImageSource,
  root: ManifestBytes,
  wanted: Platform,
  choice: Choice,
): Promise<void> {
  const platform = await platformOf(source, root, choice);
  if (platformRank(wanted, platform) < 0)
    throw notFound(source, wanted, formatPlatform(platform), 'Leave out --platform to copy that one.');
}

function notFound({ name }: ImageSource, wanted: Platform, offered: string, hint: string): CaissonError {
  return new CaissonError(
    'PLATFORM_NOT_FOUND',
    `"${name}" has no image for ${formatPlatform(wanted)}; it has ${offered}`,
    { hint },
  );
}

/** An image by itself is described without what its index says of it. */
function plain({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}
