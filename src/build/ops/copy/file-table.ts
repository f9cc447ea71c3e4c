// The files a copy selected, in columns: a million of them must fit in little memory.

/** Kinds of entries, as they stand in a table. */
export const fileTypes = ['file', 'directory', 'symlink', 'fifo', 'character', 'block', 'socket'] as const;

/** The kind of one entry. */
export type FileType = (typeof fileTypes)[number];

/** One entry as it is added. Names are latin1 bytes; the time is milliseconds since the epoch. */
export interface FileRow {
  readonly name: string;
  /** Row of the directory it lies in; -1 for an entry that was selected itself. */
  readonly parent: number;
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
}

/** What only some entries have. */
export interface FileDetail {
  readonly linkTarget?: string;
  readonly device?: bigint;
  /** The same for all names of one file. */
  readonly hardlink?: string;
  readonly xattrs?: ReadonlyMap<string, Buffer>;
  /** Bytes given in the Dockerfile. */
  readonly content?: Buffer;
}

/** Rows of selected files, parents before children. */
export class FileTable {
  readonly names: string[] = [];
  readonly details = new Map<number, FileDetail>();
  /** Where entries are on this machine; one without is below its parent's place, under its own name. */
  readonly sources: string[] = [];
  #columns = makeColumns(256);
  #count = 0;
  /** The directory whose files were asked for last. */
  #folder: { readonly row: number; readonly source: string } = { row: -1, source: '' };

  get count(): number {
    return this.#count;
  }

  /** Adds a row and returns its number. */
  add(row: FileRow, detail?: FileDetail): number {
    if (this.#count === this.#columns.types.length) this.#columns = grown(this.#columns);
    const at = this.#count++;
    const columns = this.#columns;
    this.names[at] = row.name;
    columns.parents[at] = row.parent;
    columns.types[at] = fileTypes.indexOf(row.type);
    columns.modes[at] = row.mode;
    columns.uids[at] = row.uid;
    columns.gids[at] = row.gid;
    columns.sizes[at] = row.size;
    columns.mtimes[at] = row.mtime;
    if (detail) this.details.set(at, detail);
    return at;
  }

  /** Takes back the rows from `count` on. */
  truncate(count: number): void {
    for (let at = count; at < this.#count; at++) this.details.delete(at);
    this.#folder = { row: -1, source: '' };
    this.names.length = count;
    this.sources.length = Math.min(this.sources.length, count);
    this.#count = count;
  }

  /** Where a row's file is on this machine; '' for what stands in the Dockerfile. */
  source(at: number): string {
    const known = this.sources[at];
    if (known !== undefined) return known;
    const parent = this.parent(at);
    if (parent < 0) return '';
    if (this.#folder.row !== parent) this.#folder = { row: parent, source: this.source(parent) };
    return `${this.#folder.source}/${this.names[at]}`;
  }

  type(at: number): FileType {
    return fileTypes[this.#columns.types[at] ?? 0] ?? 'file';
  }

  parent(at: number): number {
    return this.#columns.parents[at] ?? -1;
  }

  mode(at: number): number {
    return this.#columns.modes[at] ?? 0;
  }

  uid(at: number): number {
    return this.#columns.uids[at] ?? 0;
  }

  gid(at: number): number {
    return this.#columns.gids[at] ?? 0;
  }

  size(at: number): number {
    return this.#columns.sizes[at] ?? 0;
  }

  mtime(at: number): number {
    return this.#columns.mtimes[at] ?? 0;
  }

  /** The 32 bytes of the content's digest; zeros for what is no file. */
  digest(at: number): Buffer {
    return this.#columns.digests.subarray(at * 32, at * 32 + 32);
  }

  setContent(
    at: number,
    content: { readonly digest: Uint8Array; readonly size: number; readonly mtime: number },
  ): void {
    this.#columns.digests.set(content.digest, at * 32);
    this.#columns.sizes[at] = content.size;
    this.#columns.mtimes[at] = content.mtime;
  }
}

function makeColumns(size: number) {
  return {
    parents: new Int32Array(size),
    types: new Uint8Array(size),
    modes: new Uint16Array(size),
    uids: new Uint32Array(size),
    gids: new Uint32Array(size),
    sizes: new Float64Array(size),
    mtimes: new Float64Array(size),
    digests: Buffer.alloc(size * 32),
  };
}

type Columns = ReturnType<typeof makeColumns>;

function grown(old: Columns): Columns {
  const columns = makeColumns(Math.ceil(old.types.length * 1.6));
  columns.parents.set(old.parents);
  columns.types.set(old.types);
  columns.modes.set(old.modes);
  columns.uids.set(old.uids);
  columns.gids.set(old.gids);
  columns.sizes.set(old.sizes);
  columns.mtimes.set(old.mtimes);
  columns.digests.set(old.digests);
  return columns;
}
