// Images that are written to a tar: an OCI layout, for Docker's archives with `manifest.json` beside.
//
// A blob's size is known before its bytes come: each gets its place in the file at once, and several are written together.

import { createWriteStream, statSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CaissonError, Scope } from '../../../core/index.ts';
import { encodeHeader, endOfArchive, type TarEntry } from '../../../oci/index.ts';
import type { ImageTarget, ManifestBytes } from '../types.ts';
import { archiveImage } from './archive-image.ts';
import { writeBlob } from './bytes.ts';
import {
  blobName,
  dockerItem,
  imageEntry,
  layoutFile,
  mergedIndex,
  referrerEntries,
} from './layout-index.ts';
import { partialFile } from './partial.ts';
import { requireParent } from './place.ts';

/** The image becomes the only one of the archive `path`, named `reference`; the file appears when all is written. */
export async function tarTarget(
  path: string,
  reference: string | undefined,
  form: 'oci-archive' | 'docker-archive',
): Promise<ImageTarget> {
  const { file, place, discard } = await placeFor(path);
  await using opening = new Scope();
  opening.defer(() => file.close());
  opening.defer(discard);
  const tar = positionedTar(file);
  const manifests: ManifestBytes[] = [];
  await tar.directory('blobs');
  await tar.directory('blobs/sha256');
  await tar.file('oci-layout', layoutFile);
  const scope = opening.move();
  return {
    name: `${form}:${path}`,
    keepsReferrers: true,
    verifiesBlobs: true,
    allowsForeignLayers: form === 'oci-archive',
    async putBlob(blob, options) {
      const start = await tar.reserve(blobName(blob.descriptor.digest), blob.descriptor.size);
      await writeBlob(blob, options, { file, start });
      return 'uploaded';
    },
    async putManifest(manifest) {
      manifests.push(manifest);
      await tar.file(blobName(manifest.descriptor.digest), manifest.bytes);
    },
    async finish(root) {
      await tar.file(blobName(root.descriptor.digest), root.bytes);
      const entry = imageEntry(root, reference, form === 'docker-archive');
      await tar.file('index.json', mergedIndex(undefined, [entry, ...referrerEntries(manifests)]));
      if (form === 'docker-archive') {
        const image = archiveImage(root, manifests);
        await tar.file('manifest.json', Buffer.from(JSON.stringify([dockerItem(image, reference)])));
      }
      await tar.end();
      await file.sync();
      await place();
    },
    [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose](),
  };
}

interface Place {
  readonly file: FileHandle;
  readonly place: () => Promise<void>;
  readonly discard: () => Promise<void>;
}

/** A file is written beside its place; for a pipe or a device it is written elsewhere and then sent. */
async function placeFor(path: string): Promise<Place> {
  const target = resolve(path);
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats?.isDirectory()) throw isFolder(target);
  if (stats === undefined || stats.isFile()) {
    requireParent(target);
    const { path: partial, handle: file } = await partialFile(dirname(target), basename(target));
    return { file, place: () => rename(partial, target), discard: () => rm(partial, { force: true }) };
  }
  const file = await namelessFile();
  return {
    file,
    place: () => pipeline(file.createReadStream({ start: 0, autoClose: false }), createWriteStream(target)),
    discard: async () => {},
  };
}

/** Gone with its process, whatever becomes of that. */
async function namelessFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'caisson-copy-'));
  try {
    return await open(join(folder, 'archive'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function isFolder(path: string): CaissonError {
  return new CaissonError('TARGET_EXISTS', `"${path}" is a folder`, {
    hint: 'Name a file, or use oci:DIR for a layout in a folder.',
  });
}

const blockSize = 512;

/** A tar whose entries have their places before they have their bytes. Times are zero: the same image is the same bytes. */
function positionedTar(file: FileHandle) {
  let end = 0;
  const reserve = async (entry: Pick<TarEntry, 'name' | 'type' | 'size'>): Promise<number> => {
    const mode = entry.type === 'directory' ? 0o755 : 0o644;
    const header = encodeHeader({ ...entry, mode, uid: 0, gid: 0, mtime: 0 });
    const start = end;
    const content = start + header.length;
    end = content + Math.ceil(entry.size / blockSize) * blockSize;
    await write(file, header, start);
    return content;
  };
  return {
    /** Writes the header of a file; gives where its bytes are to be. */
    reserve: (name: string, size: number) => reserve({ name, size, type: 'file' }),
    directory: async (name: string) => void (await reserve({ name, size: 0, type: 'directory' })),
    file: async (name: string, bytes: Buffer) =>
      write(file, bytes, await reserve({ name, size: bytes.length, type: 'file' })),
    /** The padding of the last entries is a hole, or comes with what follows. */
    end: () => write(file, endOfArchive, end),
  };
}

async function write(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; )
    at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
}
