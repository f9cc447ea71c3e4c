// Writes the files of a tar under numbers, hashed as they come; links are noted, never made.

import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join, posix } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import { fromBytePath, type TarEntry, type TarReceiver } from '../../oci/index.ts';
import { invalid, safeName, unsafe } from './files.ts';
import type { Staging } from './staging.ts';

interface OpenFile {
  readonly name: string;
  readonly path: string;
  readonly fd: number;
  readonly hash: Hash;
  size: number;
}

const mostEntries = 100_000;

/** A receiver that fills `staging`; `close` it also after a failure. Throws `ARCHIVE_UNSAFE`, `ARCHIVE_TOO_LARGE`, `ARCHIVE_INVALID`. */
export function openReceiver(staging: Staging): TarReceiver & { close(): void } {
  let file: OpenFile | undefined;
  let entries = 0;
  let { room } = staging;
  return {
    entry(entry) {
      if (++entries > mostEntries) throw invalid(`it has more than ${mostEntries} entries`);
      const name = safeName(fromBytePath(entry.name));
      room -= entry.size;
      if (room < 0) throw tooLarge(name, entry.size, staging.folder);
      if (entry.type === 'file') file = openFile(staging, name, entries);
      else note(staging, name, entry);
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

function note({ links }: Staging, name: string, entry: TarEntry): void {
  if (entry.type === 'symlink' || entry.type === 'link') links.set(name, linkTarget(entry, name));
  else if (entry.type !== 'directory') throw unsafe(`"${name}" is a ${entry.type}, not a file`);
}

/** A hard link names its target from the archive's root, a symbolic link from its own folder. */
function linkTarget({ type, linkName = '' }: TarEntry, name: string): string {
  const target = fromBytePath(linkName);
  if (target.startsWith('/')) throw unsafe(`"${name}" links to "${target}"`);
  return safeName(type === 'link' ? target : posix.join(posix.dirname(name), target));
}

function tooLarge(name: string, size: number, folder: string): CaissonError {
  const message = `"${name}" has ${size} bytes; no space is left for them on the disk of "${folder}"`;
  return new CaissonError('ARCHIVE_TOO_LARGE', message, {
    hint: 'Free space with `caisson prune`, or choose a root on another disk with --root.',
  });
}
