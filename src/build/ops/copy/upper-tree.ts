// The new layer's folder while a copy fills it: what lies below shows through, and is brought up as overlayfs would when written into.

import { chmodSync, lchownSync, lutimesSync, mkdirSync, readlinkSync, rmSync } from 'node:fs';
import { CaissonError, errnoOf, setXattr } from '../../../core/index.ts';
import { fromBytePath, fsPath, toBytePath } from '../../../oci/index.ts';
import type { LayerDraft, TreeEntry, TreeView } from '../../../store/index.ts';
import { FileTable, type FileType } from './file-table.ts';

/** Mode, owner and time (milliseconds) that a directory gets in the end. */
export interface DirectoryAttributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly xattrs?: ReadonlyMap<string, Buffer>;
}

/** What a copy knows of its tree beforehand. */
export interface UpperTreeOptions {
  readonly remember: boolean;
  readonly now: number;
}

const newDirectory: DirectoryAttributes = { mode: 0o755, uid: 0, gid: 0, mtime: 0 };

/** The draft's tree over `base`; paths are canonical, absolute, latin1 bytes. Not usable without {@link UpperTree.complete}. */
export class UpperTree implements Disposable {
  /** The layer's directories in the order in which they were made; their names are paths. */
  readonly #made: FileTable;
  readonly #xattrs = new Map<number, ReadonlyMap<string, Buffer>>();
  readonly #root: string;
  readonly #base: TreeView | undefined;
  readonly #remember: boolean;
  readonly #now: number;
  /** Directories whose time is as this selection leaves it: the source's, or now, because something came into them. */
  readonly #timed = new Set<string>();
  /** Rows of directories by path; while nothing is asked for again, only of those on the way to what is written. */
  readonly #directories = new Map<string, number>();
  /** Those that a lower layer has too: what it holds there shows through. */
  readonly #merged = new Set<string>(['/']);
  #announced = 0;
  #holds = true;
  /** What the copy itself has put below merged directories or at its destination. */
  readonly #written = new Map<string, FileType>();

  /** `remember`: whether what was put is asked for again, as it is where several sources may meet. `now`: milliseconds. */
  constructor(base: TreeView | undefined, draft: LayerDraft, { remember, now }: UpperTreeOptions) {
    this.#remember = remember;
    this.#now = now;
    this.#root = toBytePath(draft.upper);
    this.#base = base;
    this.#made = new FileTable(draft.work);
    this.#directories.set('/', this.#addRow('/', newDirectory));
    this.#announced = this.#made.count;
  }

  /** A selection begins: what it puts into directories of those before makes them new again. */
  begin(): void {
    this.#timed.clear();
  }

  /** Whether the directories that were announced are as they were then. */
  get holds(): boolean {
    return this.#holds;
  }

  /** The file on this machine that stands for `path`. */
  host(path: string): string {
    return this.#root + path;
  }

  /** Follows the links of `path` in the tree copied into. */
  resolve(path: string): string {
    if (this.#base === undefined) return path;
    try {
      return this.#base.resolve(path);
    } catch (error) {
      if (!(error instanceof CaissonError)) throw error;
      throw conflict(
        `too many links: "${fromBytePath(path)}"`,
        'Remove the link that leads back to itself in an earlier step.',
      );
    }
  }

  /** What is at `path`, in the new layer or below it. */
  type(path: string): FileType | undefined {
    if (this.#directories.has(path)) return 'directory';
    return this.#written.get(path) ?? this.#below(path)?.type;
  }

  /** The text of the symbolic link at `path`; undefined where there is none. */
  linkTarget(path: string): string | undefined {
    if (this.type(path) !== 'symlink') return undefined;
    return this.#written.has(path)
      ? readlinkSync(fsPath(this.host(path)), 'latin1')
      : this.#below(path)?.linkTarget;
  }

  /** The directories made since this was last asked, with what they get in the end as it is known now. */
  announce(): readonly (DirectoryAttributes & { readonly path: string })[] {
    const first = this.#announced;
    if (first === this.#made.count) return [];
    this.#announced = this.#made.count;
    return Array.from({ length: this.#announced - first }, (_, at) => ({
      path: this.#made.name(first + at),
      ...this.#attributesAt(first + at),
    }));
  }

  /** Notes a file that takes the place of whatever is at `path`. Throws `COPY_CONFLICT` where a directory is. */
  put(path: string, type: FileType): void {
    if (this.type(path) === 'directory')
      throw conflict(
        `cannot replace to directory ${fromBytePath(path)} with file`,
        'Copy to another path, or remove the directory in an earlier step.',
      );
    this.#enter(path);
    if (this.#remember) this.#written.set(path, type);
  }

  /** Clears `path` for an entry that takes the place of whatever is there, a directory too. */
  replace(path: string, type: FileType): void {
    if (this.#directories.has(path) || this.#written.has(path)) {
      rmSync(fsPath(this.host(path)), { recursive: true, force: true });
      for (const known of [...this.#directories.keys(), ...this.#written.keys()])
        if (known === path || known.startsWith(`${path}/`)) this.#forget(known);
    }
    if (type === 'directory') this.#make(path, undefined, newDirectory);
    else {
      this.#enter(path);
      this.#written.set(path, type);
    }
  }

  /** Makes the directory with its missing parents, which get `attributes`; one that is there stays as it is. */
  ensure(path: string, attributes: DirectoryAttributes): void {
    if (this.#directories.has(path)) return;
    const type = this.type(path);
    if (type !== undefined && type !== 'directory')
      throw conflict(
        `mkdir ${fromBytePath(path)}: not a directory`,
        'Copy to another path, or remove the file in an earlier step.',
      );
    this.ensure(parentOf(path), attributes);
    this.#make(path, type === undefined ? undefined : this.#below(path), attributes);
  }

  /** A directory of the source below the destination: made or taken over, with the source's attributes. */
  merge(path: string, attributes: DirectoryAttributes): void {
    const known = this.#directories.get(path);
    if (known !== undefined) this.#setAttributes(known, attributes);
    else if (this.type(path) === undefined) this.#make(path, undefined, attributes);
    else {
      this.requireDirectory(path);
      const row = this.#make(path, this.#below(path), attributes);
      const kept = this.#xattrs.get(row);
      const xattrs = kept && { xattrs: new Map([...kept, ...(attributes.xattrs ?? [])]) };
      this.#setAttributes(row, { ...attributes, ...xattrs });
    }
    this.#timed.add(path);
  }

  /** A directory on the way to what a filter took: made like the source's; one that is there only gets the mode `mode`. */
  pass(path: string, attributes: DirectoryAttributes, mode: number): void {
    if (this.type(path) === undefined) {
      this.#make(path, undefined, attributes);
      this.#timed.add(path);
      return;
    }
    this.requireDirectory(path);
    const row = this.#directories.get(path) ?? this.#make(path, this.#below(path), attributes);
    this.#setAttributes(row, { ...this.#attributesAt(row), mode });
  }

  /** Throws `COPY_CONFLICT` where something that is no directory is. */
  requireDirectory(path: string): void {
    const type = this.type(path);
    if (type === undefined || type === 'directory') return;
    throw conflict(
      `cannot copy to non-directory: ${fromBytePath(path)}`,
      'Copy to another path, or remove the file in an earlier step.',
    );
  }

  /** Sets a directory's time, if it is in the layer. */
  touch(path: string, mtime: number): void {
    const row = this.#directories.get(path);
    if (row !== undefined) this.#setAttributes(row, { ...this.#attributesAt(row), mtime });
    this.#timed.add(path);
  }

  /** Gives all directories their attributes, deepest first: writing into one changes its time. */
  complete(): void {
    for (let row = this.#made.count - 1; row > 0; row--) {
      const path = this.#made.name(row);
      if (this.#remember && this.#directories.get(path) !== row) continue;
      const attributes = this.#attributesAt(row);
      const host = fsPath(this.host(path));
      if (process.geteuid?.() === 0) lchownSync(host, attributes.uid, attributes.gid);
      chmodSync(host, attributes.mode);
      for (const [name, value] of attributes.xattrs ?? []) setXattr(host, name, value);
      lutimesSync(host, attributes.mtime / 1000, attributes.mtime / 1000);
    }
  }

  [Symbol.dispose](): void {
    this.#made[Symbol.dispose]();
  }

  #forget(path: string): void {
    this.#directories.delete(path);
    this.#merged.delete(path);
    this.#written.delete(path);
    this.#timed.delete(path);
  }

  /** Copies go through a tree directory by directory: what is not on the way to `path` has been left. */
  #leave(path: string): void {
    for (const known of [...this.#directories.keys()].reverse()) {
      if (known === '/' || path.startsWith(`${known}/`)) break;
      this.#forget(known);
    }
  }

  #make(path: string, below: TreeEntry | undefined, attributes: DirectoryAttributes): number {
    try {
      mkdirSync(fsPath(this.host(path)), 0o700);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
    if (!this.#remember) this.#leave(path);
    const row = this.#addRow(path, below === undefined ? attributes : this.#attributesOf(below));
    this.#directories.set(path, row);
    if (below === undefined) this.#enter(path);
    else this.#merged.add(path);
    return row;
  }

  /** Something new at `path` changes the time of the directory it lies in, unless the source gives that its own afterwards. */
  #enter(path: string): void {
    const parent = parentOf(path);
    if (this.#timed.has(parent)) return;
    this.#timed.add(parent);
    const row = this.#directories.get(parent);
    if (row !== undefined) this.#setAttributes(row, { ...this.#attributesAt(row), mtime: this.#now });
  }

  #addRow(path: string, { mode, uid, gid, mtime, xattrs }: DirectoryAttributes): number {
    const plain = { type: 'directory', parent: -1, size: 0 } as const;
    const row = this.#made.add({ name: path, mode, uid, gid, mtime, ...plain });
    if (xattrs) this.#xattrs.set(row, xattrs);
    return row;
  }

  #setAttributes(row: number, attributes: DirectoryAttributes): void {
    // The root is no entry of the layer.
    if (row > 0 && row < this.#announced && !isSame(this.#attributesAt(row), attributes)) this.#holds = false;
    this.#made.setAttributes(row, attributes);
    if (attributes.xattrs) this.#xattrs.set(row, attributes.xattrs);
    else this.#xattrs.delete(row);
  }

  #attributesAt(row: number): DirectoryAttributes {
    const made = this.#made;
    const xattrs = this.#xattrs.get(row);
    const attributes = {
      mode: made.mode(row),
      uid: made.uid(row),
      gid: made.gid(row),
      mtime: made.mtime(row),
    };
    return xattrs ? { ...attributes, xattrs } : attributes;
  }

  #attributesOf(entry: TreeEntry): DirectoryAttributes {
    const xattrs = this.#base?.xattrs(entry);
    const { mode, uid, gid } = entry;
    return { mode, uid, gid, mtime: Number(entry.mtime / 1000n) / 1000, ...(xattrs ? { xattrs } : {}) };
  }

  /** What lower layers show at `path`: nothing where the directory it lies in is new. */
  #below(path: string): TreeEntry | undefined {
    const parent = parentOf(path);
    const isNew = this.#directories.has(parent) && !this.#merged.has(parent);
    return isNew ? undefined : this.#base?.lstat(path);
  }
}

/** The directory a canonical path lies in. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** Whether a tar has both the same way: in whole seconds. */
function isSame(a: DirectoryAttributes, b: DirectoryAttributes): boolean {
  const seconds = Math.floor(a.mtime / 1000) === Math.floor(b.mtime / 1000);
  return seconds && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.xattrs === b.xattrs;
}

function conflict(message: string, hint: string): CaissonError {
  return new CaissonError('COPY_CONFLICT', message, { hint });
}
