// The table of contents of an eStargz layer, and the footer that says where it is (stargz-snapshotter, docs/estargz.md).

import { gzipSync } from 'node:zlib';
import {
  encodeHeader,
  endOfArchive,
  fromBytePath,
  padding,
  type TarEntry,
  type TarEntryType,
} from '../../../oci/index.ts';

/** An entry of the table, in the order of its members' names in the format's reference writer. */
export interface TocEntry {
  readonly name: string;
  readonly type: 'reg' | 'dir' | 'symlink' | 'hardlink' | 'char' | 'block' | 'fifo' | 'chunk';
  readonly size?: number | undefined;
  readonly modtime?: string | undefined;
  readonly linkName?: string | undefined;
  readonly mode?: number | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Where the gzip member of the chunk begins in the blob. */
  offset?: number;
  readonly devMajor?: number | undefined;
  readonly devMinor?: number | undefined;
  /** Base64 by name. */
  readonly xattrs?: Readonly<Record<string, string>> | undefined;
  /** Of the whole file. */
  digest?: string;
  readonly chunkOffset?: number | undefined;
  /** Left out for the last chunk of a file. */
  readonly chunkSize?: number | undefined;
  chunkDigest?: string;
}

/** The name under which the table lies at the end of the tar. */
export const tocName = 'stargz.index.json';

const types: Readonly<Record<TarEntryType, TocEntry['type']>> = {
  file: 'reg',
  link: 'hardlink',
  symlink: 'symlink',
  character: 'char',
  block: 'block',
  directory: 'dir',
  fifo: 'fifo',
};

/** What the table says of a tar entry, without what its chunks tell. */
export function tocEntry(entry: TarEntry): TocEntry {
  const { type, linkName, deviceMajor, deviceMinor } = entry;
  const name = fromBytePath(entry.name);
  return {
    name: type === 'directory' ? `${name}/` : name,
    type: types[type],
    ...optional('size', entry.size),
    modtime: new Date(entry.mtime * 1000).toISOString().replace('.000Z', 'Z'),
    ...(linkName === undefined ? {} : { linkName: fromBytePath(linkName) }),
    ...optional('mode', entry.mode),
    ...optional('uid', entry.uid),
    ...optional('gid', entry.gid),
    ...optional('devMajor', deviceMajor),
    ...optional('devMinor', deviceMinor),
    ...(entry.xattrs === undefined ? {} : { xattrs: encoded(entry.xattrs) }),
  };
}

/** The table as the tar entry that ends the layer. */
export function tocTar(toc: Buffer): Buffer {
  const header = encodeHeader({
    type: 'file',
    name: tocName,
    mode: 0,
    uid: 0,
    gid: 0,
    size: toc.length,
    mtime: 0,
  });
  return Buffer.concat([header, toc, Buffer.alloc(padding(toc.length)), endOfArchive]);
}

/** The table's text. */
export function tocJson(entries: readonly TocEntry[]): Buffer {
  return Buffer.from(JSON.stringify({ version: 1, entries }, undefined, '\t'));
}

/** The 51 bytes at the end: an empty gzip member whose extra field holds the table's offset. */
export function footer(tocOffset: number): Buffer {
  const empty = Buffer.from(gzipSync(Buffer.alloc(0), { level: 0 }));
  const payload = Buffer.from(`${tocOffset.toString(16).padStart(16, '0')}STARGZ`, 'latin1');
  const extra = Buffer.concat([Buffer.from('SG\x16\0', 'latin1'), payload]);
  const header = Buffer.of(0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, extra.length, 0);
  return Buffer.concat([header, extra, empty.subarray(10)]);
}

/** As Go's `omitempty`: a zero is left out. */
function optional<Name extends string>(
  name: Name,
  value: number | undefined,
): { readonly [key in Name]?: number } {
  return value ? ({ [name]: value } as { readonly [key in Name]: number }) : {};
}

function encoded(xattrs: ReadonlyMap<string, Buffer>): Readonly<Record<string, string>> {
  return Object.fromEntries([...xattrs].map(([name, value]) => [name, value.toString('base64')]));
}
