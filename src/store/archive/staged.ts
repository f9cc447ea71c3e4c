// An archive that comes as a tar stream: its files are received under numbers, hashed while they are written.

import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { CaissonError, isCaissonError, messageOf } from '../../core/index.ts';
import { TarReader } from '../../oci/index.ts';
import type { Blobs } from '../content/index.ts';
import type { ReceivedFile } from '../content/ingest.ts';
import { type ArchiveFiles, type ExpectedBlob, invalid, jsonLimit } from './files.ts';
import { openReceiver } from './receiver.ts';
import { linkedFile } from './scan.ts';
import { roomIn, type Staging } from './staging.ts';

/**
 * Receives an uncompressed tar in the new folder `folder`; links are followed by name only. Throws `ARCHIVE_INVALID`,
 * `ARCHIVE_UNSAFE`, `ARCHIVE_TOO_LARGE`, and leaves nothing then.
 */
export async function stageTar(tar: Readable, folder: string, content: Blobs): Promise<ArchiveFiles> {
  mkdirSync(folder, { mode: 0o700 });
  try {
    const staging: Staging = { folder, files: new Map(), links: new Map(), room: await roomIn(folder) };
    await receiveAll(tar, staging);
    return view(staging, content);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw isCaissonError(error) && error.code !== 'TAR_INVALID' ? error : invalid(messageOf(error), error);
  }
}

async function receiveAll(tar: Readable, staging: Staging): Promise<void> {
  const receiver = openReceiver(staging);
  const reader = new TarReader(receiver);
  try {
    for await (const chunk of tar) reader.push(chunk as Buffer);
    reader.finish();
  } finally {
    receiver.close();
    tar.destroy();
  }
}

function view(staging: Staging, content: Blobs): ArchiveFiles {
  const find = (name: string): ReceivedFile | undefined => linkedFile(staging, name);
  const need = (name: string): ReceivedFile => {
    const file = find(name);
    if (!file) throw invalid(`"${name}" is missing`);
    return file;
  };
  return {
    has: (name) => find(name) !== undefined,
    read(name) {
      const file = need(name);
      if (file.size > jsonLimit) throw invalid(`"${name}" has ${file.size} bytes, more than ${jsonLimit}`);
      return readStart(file.path, file.size);
    },
    head: (name, length) => readStart(need(name).path, length),
    identify: async (name) => need(name),
    async store(name, mediaType, expected) {
      const file = need(name);
      if (!expected.digest.startsWith('sha256:')) {
        return await content.ingest(createReadStream(file.path), mediaType, expected);
      }
      verify(name, file, expected);
      syncFile(file.path);
      await content.adopt(file);
      moved(staging, file, content.path(file.digest));
      return { mediaType, digest: file.digest, size: file.size };
    },
    [Symbol.asyncDispose]: () => rm(staging.folder, { recursive: true, force: true }),
  };
}

function verify(name: string, file: ReceivedFile, expected: ExpectedBlob): void {
  if (expected.size !== undefined && expected.size !== file.size) {
    throw new CaissonError(
      'SIZE_MISMATCH',
      `"${name}" has ${file.size} bytes; the archive says ${expected.size}`,
      { hint: 'The archive is damaged; save or copy it again.' },
    );
  }
  if (expected.digest === file.digest) return;
  throw new CaissonError(
    'DIGEST_MISMATCH',
    `"${name}" has digest "${file.digest}"; the archive says "${expected.digest}"`,
    { hint: 'The archive is damaged; save or copy it again.' },
  );
}

function moved({ files }: Staging, file: ReceivedFile, path: string): void {
  for (const [name, known] of files) if (known.path === file.path) files.set(name, { ...known, path });
}

function syncFile(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function readStart(path: string, length: number): Buffer {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(fd, bytes, 0, length, 0));
  } finally {
    closeSync(fd);
  }
}
