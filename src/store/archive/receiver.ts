// Writes the files of a tar under numbers, hashed as they come; links are noted, never made.

import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fromBytePath, type TarReceiver } from '../../oci/index.ts';
import { safeName, unsafe } from './files.ts';
import { mostEntries, noteLink, tooMany } from './scan.ts';
import { archiveTooLarge, type Staging } from './staging.ts';

interface OpenFile {
  readonly name: string;
  readonly path: string;
  readonly fd: number;
  readonly hash: Hash;
  size: number;
}

/** A receiver that fills `staging`; `close` it also after a failure. Throws `ARCHIVE_UNSAFE`, `ARCHIVE_TOO_LARGE`, `ARCHIVE_INVALID`. */
export function openReceiver(staging: Staging): TarReceiver & { close(): void } {
  let file: OpenFile | undefined;
  let entries = 0;
  let { room } = staging;
  return {
    entry(entry) {
      if (++entries > mostEntries) throw tooMany();
      const name = safeName(fromBytePath(entry.name));
      room -= entry.size;
      if (room < 0) throw archiveTooLarge(name, entry.size, staging.folder);
      if (entry.type === 'file') file = openFile(staging, name, entries);
      else noteLink(staging.links, name, entry);
    },
    data(bytes) {
      if (!file) return;
      file.hash.update(bytes);
      for (let at = 0; at < bytes.length; ) at += writeSync(file.fd, bytes, at);
      file.size += bytes.length;
    },
    end() {
      const ended = file;
      file = undefined;
      if (ended) finish(staging, ended);
    },
    close() {
      if (file) closeSync(file.fd);
      file = undefined;
    },
  };
}

function openFile({ folder }: Staging, name: string, number: number): OpenFile {
  const path = join(folder, String(number));
  return { name, path, fd: openSync(path, 'wx', 0o644), hash: createHash('sha256'), size: 0 };
}

function finish({ files }: Staging, { name, path, fd, hash, size }: OpenFile): void {
  closeSync(fd);
  const digest = `sha256:${hash.digest('hex')}`;
  const known = files.get(name);
  if (known && known.digest !== digest) throw unsafe(`it holds "${name}" twice, with different content`);
  files.set(name, known ?? { path, digest, size });
}
