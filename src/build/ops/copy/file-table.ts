// The files a copy selected. A million of them must fit in little memory: only pages in use are held, others are put aside in a file.

import { PageCache } from '../../scratch/index.ts';
import { type PagePlace, pageRows, TablePage } from './table-page.ts';

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
  /** Where it is on this machine; by default below its parent's place, under its own name. */
  readonly source?: string;
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
  /** A directory that is only the way to what a filter took. */
  readonly passage?: true;
}

/** So many pages are held at once: smaller copies never need the file. */
const mostPages = 32;

/** Rows of selected files, parents before children; best asked for in their order. Disposing it frees what was put aside. */
export class FileTable implements Disposable {
  readonly #pages: PageCache<TablePage, PagePlace>;
  /** What few rows have; link targets and names of one file may be many, and stand in the pages. */
  readonly #rare = new Map<number, FileDetail>();
  #count = 0;
  #unhashed = 0;
  /** The directory whose files were asked for last. */
  #folder: { readonly row: number; readonly source: string } = { row: -1, source: '' };

  /** Pages that are not in use go to a file in `folder`. */
  constructor(folder: string) {
    this.#pages = new PageCache(folder, mostPages, () => new TablePage());
  }

  get count(): number {
    return this.#count;
  }

  /** Rows whose digest is still to be taken. */
  get unhashed(): number {
    return this.#unhashed;
  }

  /** Adds a row and returns its number; a file's digest is to be taken until {@link FileTable.setContent}. */
  add(row: FileRow, detail?: FileDetail): number {
    const at = this.#count++;
    const page = this.#at(at);
    const { columns } = page;
    const index = at % pageRows;
    page.changed = true;
    columns.parents[index] = row.parent;
    columns.types[index] = fileTypes.indexOf(row.type);
    columns.modes[index] = row.mode;
    columns.uids[index] = row.uid;
    columns.gids[index] = row.gid;
    columns.sizes[index] = row.size;
    columns.mtimes[index] = row.mtime;
    columns.digests.fill(0, index * 32, index * 32 + 32);
    columns.unhashed[index] = row.type === 'file' ? 1 : 0;
    const text = detail?.linkTarget ?? detail?.hardlink ?? '';
    page.setTexts(index, { name: row.name, text, source: row.source ?? '' });
    if (row.type === 'file') this.#unhashed += 1;
    if (detail) this.#addRare(at, detail);
    return at;
  }

  /** Takes back the rows from `count` on. */
  truncate(count: number): void {
    for (let at = count; at < this.#count; at++) {
      if (this.isUnhashed(at)) this.#unhashed -= 1;
      this.#rare.delete(at);
    }
    if (count < this.#count) this.#at(count).truncate(count % pageRows);
    this.#pages.truncate(Math.floor(count / pageRows));
    this.#folder = { row: -1, source: '' };
    this.#count = count;
  }

  name(at: number): string {
    return this.#at(at).name(at % pageRows);
  }

  /** Where a row's file is on this machine; '' for what stands in the Dockerfile. */
  source(at: number): string {
    const page = this.#at(at);
    const known = page.source(at % pageRows);
    if (known !== '') return known;
    const parent = page.columns.parents[at % pageRows] ?? -1;
    if (parent < 0) return '';
    const name = page.name(at % pageRows);
    if (this.#folder.row !== parent) this.#folder = { row: parent, source: this.source(parent) };
    return `${this.#folder.source}/${name}`;
  }

  /** What all names of the row's file have in common; '' where it has one name. */
  hardlink(at: number): string {
    const page = this.#at(at);
    return page.hasText(at % pageRows) && this.type(at) === 'file' ? page.text(at % pageRows) : '';
  }

  /** What only some rows have. */
  detail(at: number): FileDetail | undefined {
    const rare = this.#rare.size === 0 ? undefined : this.#rare.get(at);
    if (!this.#at(at).hasText(at % pageRows)) return rare;
    const text = this.#at(at).text(at % pageRows);
    return { ...rare, ...(this.type(at) === 'symlink' ? { linkTarget: text } : { hardlink: text }) };
  }

  /** The rows with extended attributes. */
  *withXattrs(): Generator<readonly [row: number, xattrs: ReadonlyMap<string, Buffer>]> {
    for (const [row, { xattrs }] of this.#rare) if (xattrs) yield [row, xattrs];
  }

  type(at: number): FileType {
    return fileTypes[this.#at(at).columns.types[at % pageRows] ?? 0] ?? 'file';
  }

  parent(at: number): number {
    return this.#at(at).columns.parents[at % pageRows] ?? -1;
  }

  mode(at: number): number {
    return this.#at(at).columns.modes[at % pageRows] ?? 0;
  }

  uid(at: number): number {
    return this.#at(at).columns.uids[at % pageRows] ?? 0;
  }

  gid(at: number): number {
    return this.#at(at).columns.gids[at % pageRows] ?? 0;
  }

  size(at: number): number {
    return this.#at(at).columns.sizes[at % pageRows] ?? 0;
  }

  mtime(at: number): number {
    return this.#at(at).columns.mtimes[at % pageRows] ?? 0;
  }

  isUnhashed(at: number): boolean {
    return this.#at(at).columns.unhashed[at % pageRows] === 1;
  }

  /** Writes the 32 bytes of the content's digest into `target`; zeros for what is no file. */
  copyDigest(at: number, target: Buffer, start: number): void {
    const from = (at % pageRows) * 32;
    this.#at(at).columns.digests.copy(target, start, from, from + 32);
  }

  setContent(
    at: number,
    content: { readonly digest: Uint8Array; readonly size: number; readonly mtime: number },
  ): void {
    if (this.isUnhashed(at)) this.#unhashed -= 1;
    const page = this.#at(at);
    const index = at % pageRows;
    page.changed = true;
    page.columns.unhashed[index] = 0;
    page.columns.digests.set(content.digest, index * 32);
    page.columns.sizes[index] = content.size;
    page.columns.mtimes[index] = content.mtime;
  }

  setAttributes(at: number, row: Pick<FileRow, 'mode' | 'uid' | 'gid' | 'mtime'>): void {
    const page = this.#at(at);
    const index = at % pageRows;
    page.changed = true;
    page.columns.modes[index] = row.mode;
    page.columns.uids[index] = row.uid;
    page.columns.gids[index] = row.gid;
    page.columns.mtimes[index] = row.mtime;
  }

  [Symbol.dispose](): void {
    this.#pages[Symbol.dispose]();
  }

  #addRare(at: number, { linkTarget: _target, hardlink: _link, ...rare }: FileDetail): void {
    if (Object.keys(rare).length > 0) this.#rare.set(at, rare);
  }

  /** The page that has row `at`. */
  #at(at: number): TablePage {
    return this.#pages.at((at / pageRows) | 0);
  }
}
