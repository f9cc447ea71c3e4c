// An archive that is a folder: an image layout or a `dir:` folder. Links are not followed, since the folder may be hostile.

import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Blobs } from '../content/index.ts';
import { type ArchiveFiles, invalid, jsonLimit, safeName } from './files.ts';

/** Opens the folder at `path` as an archive. */
export function openFolder(path: string, content: Blobs): ArchiveFiles {
  const root = realpathSync(path);
  const need = (name: string): number => openRegular(root, name) ?? missing(name);
  return {
    has(name) {
      const fd = openRegular(root, name);
      if (fd !== undefined) closeSync(fd);
      return fd !== undefined;
    },
    read(name) {
      const fd = need(name);
      try {
        const { size } = fstatSync(fd);
        if (size > jsonLimit) throw invalid(`"${name}" has ${size} bytes, more than ${jsonLimit}`);
        return readBytes(fd, size);
      } finally {
        closeSync(fd);
      }
    },
    head(name, length) {
      const fd = need(name);
      try {
        return readBytes(fd, length);
      } finally {
        closeSync(fd);
      }
    },
    identify: (name) => identify(need(name)),
    store: (name, mediaType, expected) =>
      content.ingest(
        createReadStream('', { fd: need(name), highWaterMark: 1024 * 1024 }),
        mediaType,
        expected,
      ),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Opens a regular file below `root`; one that is reached through a link counts as missing. */
export function openRegular(root: string, name: string): number | undefined {
  const path = join(root, safeName(name));
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  // What was opened is asked where it lies: no folder on the way was a link, whoever changes them meanwhile.
  if (fstatSync(fd).isFile() && readlinkSync(`/proc/self/fd/${fd}`) === path) return fd;
  closeSync(fd);
  return undefined;
}

function readBytes(fd: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, 0));
}

async function identify(fd: number): Promise<{ digest: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream('', { fd, highWaterMark: 1024 * 1024 })) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

function missing(name: string): never {
  throw invalid(`"${name}" is missing, or not a regular file`);
}
