// What a tar that is looked through gives: where its files lie, and where its links lead.

import { posix } from 'node:path';
import { fromBytePath, type TarEntry, type TarReceiver } from '../../oci/index.ts';
import { invalid, safeName, unsafe } from './files.ts';
import type { FileRange } from './reader.ts';

/** Files by name, and link name to target name; links are followed by name only. */
export interface TarFiles {
  readonly files: Map<string, FileRange>;
  readonly links: Map<string, string>;
}

/** The most entries an archive may have. */
export const mostEntries = 100_000;

/** A receiver that notes entries; `at` says where the bytes behind the next header begin. Throws `ARCHIVE_UNSAFE`, `ARCHIVE_INVALID`. */
export function openScan(): {
  readonly files: TarFiles;
  readonly receiver: TarReceiver;
  readonly at: (offset: number) => void;
} {
  const found: TarFiles = { files: new Map(), links: new Map() };
  let offset = 0;
  let entries = 0;
  return {
    files: found,
    at(position) {
      offset = position;
    },
    receiver: {
      entry(entry) {
        if (++entries > mostEntries) throw tooMany();
        const name = safeName(fromBytePath(entry.name));
        if (entry.type !== 'file') return noteLink(found.links, name, entry);
        // One name with two contents may be taken for either by those who check and those who use.
        if (found.files.has(name)) throw unsafe(`it holds "${name}" twice`);
        found.files.set(name, { offset, size: entry.size });
      },
      data: () => {},
      end: () => {},
    },
  };
}

/** Says that an archive has too many entries. */
export function tooMany(): Error {
  return invalid(`it has more than ${mostEntries} entries`);
}

/** Notes an entry that is no file. Throws `ARCHIVE_UNSAFE` for a link that leads out, and for devices and pipes. */
export function noteLink(links: Map<string, string>, name: string, entry: TarEntry): void {
  if (entry.type === 'symlink' || entry.type === 'link') links.set(name, linkTarget(entry, name));
  else if (entry.type !== 'directory') throw unsafe(`"${name}" is a ${entry.type}, not a file`);
}

/** The file that a name leads to. Links may lead to links; more of them than there are make a circle. */
export function linkedFile<T>(
  { files, links }: { readonly files: ReadonlyMap<string, T>; readonly links: ReadonlyMap<string, string> },
  name: string,
): T | undefined {
  let target: string | undefined = name;
  for (let steps = 0; target !== undefined && steps <= links.size; steps++) {
    const file = files.get(target);
    if (file) return file;
    target = links.get(target);
  }
  return undefined;
}

/** A hard link names its target from the archive's root, a symbolic link from its own folder. */
function linkTarget({ type, linkName = '' }: TarEntry, name: string): string {
  const target = fromBytePath(linkName);
  if (target.startsWith('/')) throw unsafe(`"${name}" links to "${target}"`);
  return safeName(type === 'link' ? target : posix.join(posix.dirname(name), target));
}
