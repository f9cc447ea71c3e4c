// One entry of a layer's tar, and the tar format's numbers that reader and writer share.

/** What an entry is; `link` is a further name of a file that an earlier entry holds. */
export type TarEntryType = 'file' | 'link' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo';

/** A tar entry's header; names are latin1 byte strings. */
export interface TarEntry {
  readonly type: TarEntryType;
  /** Relative to the layer's root, without a trailing slash. */
  readonly name: string;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content that follow; 0 for everything but files. */
  readonly size: number;
  /** Whole seconds since the epoch. */
  readonly mtime: number;
  /** The part of the modification time below a second; the canonical form has none. */
  readonly nanoseconds?: number;
  /** Of a symlink, its text; of a link, the name of the entry it shares. */
  readonly linkName?: string;
  readonly deviceMajor?: number;
  readonly deviceMinor?: number;
  readonly xattrs?: ReadonlyMap<string, Buffer>;
}

/** The tar block, in bytes: headers are one, contents are padded to a multiple. */
export const blockSize = 512;

/** Type flags of ustar by entry type. */
export const typeFlags: Readonly<Record<TarEntryType, string>> = {
  file: '0',
  link: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/** The prefix of the PAX keys that hold extended attributes. */
export const xattrPrefix = 'SCHILY.xattr.';

/** The bytes to add to `size` to fill a block. */
export function padding(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}
