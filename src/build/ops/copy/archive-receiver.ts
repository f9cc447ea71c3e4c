// What stands between an archive and the folder it is unpacked into: names are cleaned as BuildKit cleans them, sizes bounded.

import { posix } from 'node:path';
import { CaissonError } from '../../../core/index.ts';
import { fromBytePath, type TarEntry, type TarReceiver } from '../../../oci/index.ts';

/** How much an archive may unpack to. */
export interface ArchiveBounds {
  /** Bytes of the archive as it is. */
  readonly packed: number;
  /** Bytes that the disk has room for. */
  readonly room: number;
}

/** Counts what an archive unpacks to. */
export interface ArchiveMeter {
  /** Adds `bytes`. Throws `ARCHIVE_TOO_LARGE`, or the error of a full disk before it is full. */
  add(bytes: number): void;
}

/** Less than this is never a bomb. */
const smallest = 1 << 30;
/** What is worth packing seldom shrinks to a tenth; gzip alone can reach a thousandth. */
const largestRatio = 250;

/** A meter for one archive. */
export function archiveMeter({ packed, room }: ArchiveBounds): ArchiveMeter {
  const limit = Math.max(smallest, packed * largestRatio);
  let total = 0;
  return {
    add(bytes) {
      total += bytes;
      if (total > limit) throw tooLarge(total, packed);
      if (total > room) throw noSpace();
    },
  };
}

/** Gives entries on to `writer`, whose sizes count before anything is written. Throws what names and sizes deserve. */
export function archiveReceiver(writer: TarReceiver, meter: ArchiveMeter): TarReceiver {
  return {
    entry(entry) {
      meter.add(entry.size);
      writer.entry(cleaned(entry));
    },
    data: (bytes) => writer.data(bytes),
    end: () => writer.end(),
  };
}

function cleaned(entry: TarEntry): TarEntry {
  const name = insideName(entry.name, 'entry name');
  if (entry.type !== 'link') return { ...entry, name };
  return { ...entry, name, linkName: insideName(entry.linkName ?? '', 'hardlink target') };
}

function insideName(name: string, what: string): string {
  const clean = posix.normalize(name);
  if (clean !== '..' && !clean.startsWith('../')) return clean;
  throw new Error(`invalid ${what} "${fromBytePath(name)}"`);
}

/** What a write would say, said before the bomb has filled the disk. */
function noSpace(): Error {
  return Object.assign(new Error('it unpacks to more than the disk has room for'), { code: 'ENOSPC' });
}

function tooLarge(total: number, packed: number): CaissonError {
  const times = Math.floor(total / Math.max(packed, 1));
  return new CaissonError(
    'ARCHIVE_TOO_LARGE',
    `it unpacks to more than ${largestRatio} times its size (${total} bytes so far, ${times} times)`,
    { hint: 'If it is meant to, bring it in with --unpack=false and unpack it in a RUN step.' },
  );
}
