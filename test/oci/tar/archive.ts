// Makes tar archives for tests out of entries and their contents.

import { encodeHeader, endOfArchive, padding, type TarEntry, TarReader } from '../../../src/oci/index.ts';

/** An entry with what it takes to write it; everything but the name has a default. */
export type Member = Partial<TarEntry> & Pick<TarEntry, 'name'> & { readonly content?: string | Buffer };

/** The bytes of an archive of `members`. */
export function archiveOf(...members: readonly Member[]): Buffer {
  return Buffer.concat([...members.map(memberBytes), endOfArchive]);
}

/** One member: header, content, padding. */
export function memberBytes({ content = '', ...given }: Member): Buffer {
  const body = Buffer.from(content);
  const entry: TarEntry = {
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: body.length,
    mtime: 1_000_000_000,
    ...given,
  };
  return Buffer.concat([encodeHeader(entry), body, Buffer.alloc(padding(body.length))]);
}

/** Reads an archive pushed in pieces of `step` bytes. */
export function readArchive(
  bytes: Buffer,
  step = bytes.length,
): { readonly entry: TarEntry; readonly content: Buffer }[] {
  const found: { entry: TarEntry; content: Buffer }[] = [];
  const reader = new TarReader({
    entry: (entry) => found.push({ entry, content: Buffer.alloc(0) }),
    data: (part) => {
      const last = found.at(-1);
      if (last) last.content = Buffer.concat([last.content, part]);
    },
    end: () => {},
  });
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
  reader.finish();
  return found;
}
