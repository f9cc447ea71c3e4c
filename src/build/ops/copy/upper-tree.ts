// The new layer's folder while a copy fills it: what lies below shows through, and is brought up as overlayfs would when written into.

import { chmodSync, lchownSync, lutimesSync, mkdirSync, rmSync } from 'node:fs';
import { CaissonError, errnoOf, setXattr } from '../../../core/index.ts';
import { fromBytePath, fsPath, toBytePath } from '../../../oci/index.ts';
import type { LayerDraft, TreeEntry, TreeView } from '../../../store/index.ts';
import type { FileType } from './file-table.ts';

/** Mode, owner and time (milliseconds) that a directory gets in the end. */
export interface DirectoryAttributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly xattrs?: ReadonlyMap<string, Buffer>;
}

interface UpperDirectory {
  attributes: DirectoryAttributes;
  /** Whether a lower layer has it too: what it holds there shows through. */
  readonly merged: boolean;
}

const newDirectory: DirectoryAttributes = { mode: 0o755, uid: 0, gid: 0, mtime: 0 };

/** The draft's tree over `base`; paths are canonical, absolute, latin1 bytes. Not usable without {@link UpperTree.complete}. */
export class UpperTree {
  /** The layer's directories in the order in which they were made. */
  readonly made: string[] = [];
  readonly #root: string;
  readonly #base: TreeView | undefined;
  readonly #remember: boolean;
  readonly #directories = new Map<string, UpperDirectory>();
  /** What the copy itself has put below merged directories or at its destination. */
  readonly #written = new Map<string, FileType>();

  /** `remember`: whether what was put is asked for again, as it is where several sources may meet. */
  constructor(base: TreeView | undefined, draft: LayerDraft, remember: boolean) {
    this.#remember = remember;
    this.#root = toBytePath(draft.upper);
    this.#base = base;
    this.#directories.set('/', { attributes: newDirectory, merged: true });
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

  /** What a directory of the layer gets in the end, as it is known now. */
  attributes(path: string): DirectoryAttributes | undefined {
    return this.#directories.get(path)?.attributes;
  }

  /** Notes a file that takes the place of whatever is at `path`. Throws `COPY_CONFLICT` where a directory is. */
  put(path: string, type: FileType): void {
    if (this.type(path) === 'directory')
      throw conflict(
        `cannot replace to directory ${fromBytePath(path)} with file`,
        'Copy to another path, or remove the directory in an earlier step.',
      );
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
    else this.#written.set(path, type);
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
    if (known) known.attributes = attributes;
    else if (this.type(path) === undefined) this.#make(path, undefined, attributes);
    else {
      this.requireDirectory(path);
      this.#make(path, this.#below(path), attributes);
      const made = this.#directories.get(path);
      if (made) made.attributes = attributes;
    }
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
    const directory = this.#directories.get(path);
    if (directory) directory.attributes = { ...directory.attributes, mtime };
  }

  /** Gives all directories their attributes, deepest first: writing into one changes its time. */
  complete(): void {
    for (const [path, { attributes }] of [...this.#directories].reverse()) {
      if (path === '/') continue;
      const host = fsPath(this.host(path));
      if (process.geteuid?.() === 0) lchownSync(host, attributes.uid, attributes.gid);
      chmodSync(host, attributes.mode);
      for (const [name, value] of attributes.xattrs ?? []) setXattr(host, name, value);
      lutimesSync(host, attributes.mtime / 1000, attributes.mtime / 1000);
    }
  }

  #forget(path: string): void {
    this.#directories.delete(path);
    this.#written.delete(path);
  }

  #make(path: string, below: TreeEntry | undefined, attributes: DirectoryAttributes): void {
    try {
      mkdirSync(fsPath(this.host(path)), 0o700);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
    this.made.push(path);
    this.#directories.set(path, {
      attributes: below === undefined ? attributes : this.#attributesOf(below),
      merged: below !== undefined,
    });
  }

  #attributesOf(entry: TreeEntry): DirectoryAttributes {
    const xattrs = this.#base?.xattrs(entry);
    const { mode, uid, gid } = entry;
    return { mode, uid, gid, mtime: Number(entry.mtime / 1000n) / 1000, ...(xattrs ? { xattrs } : {}) };
  }

  /** What lower layers show at `path`: nothing where the directory it lies in is new. */
  #below(path: string): TreeEntry | undefined {
    const parent = this.#directories.get(parentOf(path));
    return parent?.merged === false ? undefined : this.#base?.lstat(path);
  }
}

/** The directory a canonical path lies in. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function conflict(message: string, hint: string): CaissonError {
  return new CaissonError('COPY_CONFLICT', message, { hint });
}
