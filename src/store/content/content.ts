// The content store: reading and writing blobs by digest.

import { hash as hashOf } from 'node:crypto';
import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { CaissonError, errnoOf } from '../../core/index.ts';
import type { Descriptor, Digest } from '../../oci/index.ts';
import type { Holds } from '../records/holds.ts';
import { sessionName } from '../session.ts';
import type { ContentStore } from '../types.ts';
import { blobPath, parseDigest } from './digest-path.ts';
import { ingestStream, type ReceivedFile } from './ingest.ts';
import { openPartial, type PartialBlob, type PartialOptions } from './partial.ts';
import { linkFromRegistry, linkSameFromRegistry, type WantedBlob } from './shared.ts';

/** The content store with what only the store itself may do. */
export interface Blobs extends ContentStore {
  /** Makes a file that was already hashed and synced a blob, by renaming it; it must lie on the store's file system. */
  adopt(file: ReceivedFile): Promise<void>;
  /** Brings in a blob that the registry in the store's folder has; whether it has it. The file is then both's. */
  borrow(blob: WantedBlob, signal?: AbortSignal): Promise<boolean>;
  /** What is there of a blob that is being received, for this process alone; undefined where another one brought it in meanwhile. */
  partial(digest: Digest, options: PartialOptions): Promise<PartialBlob | undefined>;
}

const defaultLimit = 4 * 1024 * 1024;

/** Opens the content store of the image layout at `root`; files are received in `ingest`. */
export function openContent(root: string, ingest: string, holds: Holds): Blobs {
  const place = (file: ReceivedFile): void => placeBlob(root, file, holds);
  const temporary = (): string => join(ingest, sessionName(holds.session));
  const borrow: Blobs['borrow'] = async ({ digest, size }, signal) => {
    const path = temporary();
    if (!(await linkFromRegistry(root, { digest, size }, path, signal))) return false;
    place({ path, digest, size });
    return true;
  };
  const adopt = async (file: ReceivedFile): Promise<void> => {
    const isNew = sizeOf(blobPath(root, file.digest)) !== file.size;
    if (isNew && (await borrow(file))) rmSync(file.path, { force: true });
    else place(file);
  };
  return {
    has: (digest) => sizeOf(blobPath(root, digest)) !== undefined,
    hold(digest) {
      holds.hold('blob', digest);
      return sizeOf(blobPath(root, digest)) !== undefined;
    },
    size: (digest) => sizeOf(blobPath(root, digest)),
    path: (digest) => blobPath(root, digest),
    read: (digest, limit = defaultLimit) => readBlob(blobPath(root, digest), digest, limit),
    stream: (digest) => streamBlob(blobPath(root, digest), digest),
    put(bytes, mediaType) {
      const digest = `sha256:${hashOf('sha256', bytes)}`;
      holds.hold('blob', digest);
      const size = bytes.length;
      if (sizeOf(blobPath(root, digest)) !== size) {
        const path = temporary();
        if (!linkSameFromRegistry(root, { digest, size, bytes }, path)) writeFile(path, bytes);
        place({ path, digest, size });
      }
      return { mediaType, digest, size };
    },
    async ingest(source, mediaType, expected): Promise<Descriptor> {
      const received = await ingestStream(source, temporary(), expected);
      await adopt(received);
      return { mediaType, digest: received.digest, size: received.size };
    },
    adopt,
    borrow,
    partial: (digest, options) =>
      openPartial(root, digest, () => sizeOf(blobPath(root, digest)) !== undefined, options),
  };
}

function sizeOf(path: string): number | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.size : undefined;
}

/** The blob is held before it is looked for: a collection either took it before, and it is placed anew, or leaves it. */
function placeBlob(root: string, { path, digest, size }: ReceivedFile, holds: Holds): void {
  const target = blobPath(root, digest);
  holds.hold('blob', digest);
  if (sizeOf(target) === size) {
    rmSync(path, { force: true });
    return;
  }
  if (digest.startsWith('sha512:')) mkdirSync(dirname(target), { recursive: true });
  renameSync(path, target);
  syncDirectory(dirname(target));
}

/** Exclusive create: two writers never share a temporary file, whatever its name. */
function writeFile(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, 'wx', 0o644);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
    fsyncSync(fd);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}

function syncDirectory(folder: string): void {
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function readBlob(path: string, digest: Digest, limit: number): Buffer {
  const fd = openBlob(path, digest);
  try {
    const { size } = fstatSync(fd);
    if (size > limit) throw tooLarge(digest, size, limit);
    const bytes = readFileSync(fd);
    const { algorithm, hex } = parseDigest(digest);
    if (hashOf(algorithm, bytes) !== hex) throw corrupt(digest);
    return bytes;
  } finally {
    closeSync(fd);
  }
}

function streamBlob(path: string, digest: Digest): Readable {
  return createReadStream(path, { fd: openBlob(path, digest), highWaterMark: 1024 * 1024 });
}

function openBlob(path: string, digest: Digest): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw cause;
    throw new CaissonError('BLOB_NOT_FOUND', `Blob "${digest}" is not in the store`, {
      cause,
      hint: 'Run "caisson system check" to see what else is missing.',
    });
  }
}

function corrupt(digest: Digest): CaissonError {
  return new CaissonError('BLOB_CORRUPT', `Blob "${digest}" has other content than its digest says`, {
    hint: 'Run "caisson system check --repair", then load or pull the image again.',
  });
}

function tooLarge(digest: Digest, size: number, limit: number): CaissonError {
  return new CaissonError(
    'BLOB_TOO_LARGE',
    `Blob "${digest}" has ${size} bytes; at most ${limit} are read here`,
  );
}
