// Archives of test cases: packed by tar from a tree, or entry by entry where no tar program would write such a thing.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { encodeHeader, padding, type TarEntry } from '../../../../src/oci/index.ts';
import { MADE, makeTree } from './trees.ts';

/** An archive: the tree in it, or its entries as they are, the program that compresses it, and what is done to it then. */
export interface Archive {
  readonly name: string;
  readonly lines?: readonly string[];
  readonly entries?: readonly RawEntry[];
  readonly compress?: string;
  /** Damages the bytes. */
  readonly damage?: (bytes: Buffer) => Buffer;
}

/** An entry of a tar; mode, owner and time are filled in. */
export type RawEntry = Partial<TarEntry> & Pick<TarEntry, 'type' | 'name'> & { readonly content?: string };

/** Writes `archive` to the file `target`. */
export function makeArchive(target: string, archive: Archive): void {
  mkdirSync(dirname(target), { recursive: true });
  if (archive.entries) packEntries(target, archive.entries, archive.compress);
  else packTree(target, archive.lines ?? [], archive.compress);
  if (archive.damage) writeFileSync(target, archive.damage(readFileSync(target)));
  // Told apart by the fraction: BuildKit takes a file of the same size and time for one that it was sent before.
  const fraction = createHash('sha256').update(readFileSync(target)).digest().readUInt32LE() / 2 ** 33;
  utimesSync(target, MADE, MADE + fraction);
}

function packEntries(target: string, entries: readonly RawEntry[], compress: string | undefined): void {
  const bytes = Buffer.concat([...entries.map(entryBytes), Buffer.alloc(1024)]);
  writeFileSync(target, compress === undefined ? bytes : execFileSync(compress, ['-c'], { input: bytes }));
}

function entryBytes({ content = '', ...entry }: RawEntry): Buffer {
  const body = Buffer.from(content);
  const mode = entry.type === 'directory' ? 0o755 : 0o644;
  const header = encodeHeader({ mode, uid: 0, gid: 0, mtime: MADE, size: body.length, ...entry });
  return Buffer.concat([header, body, Buffer.alloc(padding(body.length))]);
}

function packTree(target: string, lines: readonly string[], compress: string | undefined): void {
  const folder = mkdtempSync('/var/tmp/copy-archive-');
  try {
    makeTree(folder, lines);
    const names = readdirSync(folder).sort();
    const program = compress === undefined ? [] : [`--use-compress-program=${compress}`];
    // The form that can hold attributes also holds the time at which they were given.
    const format = lines.some((line) => line.startsWith('x '))
      ? ['--xattrs', '--xattrs-include=*']
      : ['--format=gnu'];
    const options = ['--numeric-owner', ...format, ...program];
    execFileSync('tar', ['-C', folder, ...options, '-cf', target, ...(names.length ? names : ['.'])]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
