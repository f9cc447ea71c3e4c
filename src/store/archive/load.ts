// Loading an image archive into the store: all of its images, or nothing.

import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';
import { type ImageConfig, mediaTypes, type Platform, sha256 } from '../../oci/index.ts';
import { sessionName } from '../session.ts';
import type { ImageRecord, LayerId } from '../types.ts';
import { type Additions, openAdditions } from './additions.ts';
import { archiveBytes } from './archive-bytes.ts';
import { type ArchiveFiles, invalid, parseJson } from './files.ts';
import { openFolder } from './folder.ts';
import type { Found, FoundBlob, FoundImage } from './found-image.ts';
import type { ArchiveParts } from './parts.ts';
import { findDirImage, findDockerImages, isDirForm } from './read-docker.ts';
import { findOciImages } from './read-oci.ts';
import { stageTar } from './staged.ts';
import type { LoadOptions } from './types.ts';

/**
 * Loads a docker-archive, an OCI layout (tar or folder, compressed or not) or a `dir:` folder. Blobs are kept as they
 * are, so digests stay. Throws `ARCHIVE_NOT_FOUND`, `ARCHIVE_INVALID`, `ARCHIVE_UNSAFE`, `DIGEST_MISMATCH`, `PLATFORM_NOT_FOUND`.
 */
export async function loadArchive(
  parts: ArchiveParts,
  source: string | Readable,
  options: LoadOptions = {},
): Promise<readonly ImageRecord[]> {
  using _lease = parts.holds.lease();
  await using files = await openArchive(parts, source, options.signal);
  const found = await findImages(files, options.platform);
  if (found.length === 0) throw invalid('there is no image in it');
  const additions = openAdditions(parts);
  try {
    const received: (() => ImageRecord)[] = [];
    for (const one of found) received.push(await receiveFound(parts, files, one, additions, options.signal));
    await parts.layers.sync();
    return parts.database.transaction(() => received.map((record) => record()), { durable: true });
  } catch (error) {
    await additions.undo();
    throw error;
  }
}

async function openArchive(
  { content, holds, ingest }: ArchiveParts,
  source: string | Readable,
  signal?: AbortSignal,
): Promise<ArchiveFiles> {
  if (typeof source === 'string' && isFolder(source)) return openFolder(source, content);
  const stream =
    typeof source === 'string' ? createReadStream(source, { highWaterMark: 1024 * 1024 }) : source;
  const abort = (): unknown => stream.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    return await stageTar(archiveBytes(stream), join(ingest, sessionName(holds.session)), content);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function isFolder(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat) return stat.isDirectory();
  throw new CaissonError('ARCHIVE_NOT_FOUND', `"${path}" does not exist`, {
    hint: 'Give the path of an image archive: a tar file, or an image layout folder.',
  });
}

/** Docker writes both forms into one archive; the OCI one keeps the manifest's digest. */
async function findImages(files: ArchiveFiles, platform?: Platform): Promise<readonly Found[]> {
  if (files.has('index.json')) return findOciImages(files, platform);
  if (!files.has('manifest.json')) throw invalid('it has neither "index.json" nor "manifest.json"');
  return isDirForm(files) ? [findDirImage(files)] : await findDockerImages(files);
}

/** Brings in all that an entry needs; what it returns records it. */
async function receiveFound(
  parts: ArchiveParts,
  files: ArchiveFiles,
  found: Found,
  additions: Additions,
  signal?: AbortSignal,
): Promise<() => ImageRecord> {
  const { images } = parts;
  if (!('index' in found)) {
    const image = await receive(parts, files, found, additions, signal);
    return () => images.add(image);
  }
  const members: ReceivedImage[] = [];
  for (const image of found.images) members.push(await receive(parts, files, image, additions, signal));
  for (const blob of found.blobs) await store(files, blob, additions);
  additions.expectBlob(sha256(found.index));
  return () => {
    const { digest } = images.addIndex({
      index: found.index,
      images: members.map((image) => images.add(image).manifestDigest),
      blobs: found.blobs.map(({ descriptor }) => descriptor.digest),
      names: found.names,
    });
    return images.find(digest) ?? expectImage(digest);
  };
}

function expectImage(digest: string): never {
  throw new Error(`The index ${digest} was just recorded with its images`);
}

interface ReceivedImage {
  readonly manifest: Buffer;
  readonly config: Buffer;
  readonly layers: readonly LayerId[];
  readonly names: readonly string[];
}

async function receive(
  { content, layers }: ArchiveParts,
  files: ArchiveFiles,
  image: FoundImage,
  additions: Additions,
  signal?: AbortSignal,
): Promise<ReceivedImage> {
  const config = files.read(image.config.file);
  const diffIds = diffIdsOf(config, image);
  await store(files, image.config, additions);
  const ids: LayerId[] = [];
  for (const [position, layer] of image.layers.entries()) {
    signal?.throwIfAborted();
    const diffId = diffIds[position] ?? '';
    await store(files, layer, additions);
    additions.expectLayer(diffId);
    ids.push((await layers.unpack(layer.descriptor, diffId)).id);
  }
  additions.expectBlob(sha256(image.manifest));
  content.put(image.manifest, mediaTypes.ociManifest);
  return { manifest: image.manifest, config, layers: ids, names: image.names };
}

async function store(
  files: ArchiveFiles,
  { file, descriptor }: FoundBlob,
  additions: Additions,
): Promise<void> {
  additions.expectBlob(descriptor.digest);
  await files.store(file, descriptor.mediaType, { digest: descriptor.digest, size: descriptor.size });
}

function diffIdsOf(config: Buffer, image: FoundImage): readonly string[] {
  const diffIds: unknown = (parseJson(config, 'image config') as Partial<ImageConfig>).rootfs?.diff_ids;
  if (!Array.isArray(diffIds) || diffIds.length !== image.layers.length) {
    throw invalid(`the config does not name a diffID for each of the ${image.layers.length} layers`);
  }
  return diffIds as readonly string[];
}
