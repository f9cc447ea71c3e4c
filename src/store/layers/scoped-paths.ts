// Directories of a layer being written, found without ever leaving its folder.
//
// The folder belongs to this writer alone (a draft is private until kept), so what lstat says stays true until the writer itself
// changes it: no entry can swap a directory for a link between the look and the use.

import { lstatSync, mkdirSync, readlinkSync, type Stats } from 'node:fs';
import { fromBytePath, fsPath } from '../../oci/index.ts';
import { invalidLayer } from './invalid-layer.ts';
import { removeTreeSync } from './remove-tree-sync.ts';

/** As the kernel bounds it: links followed in one path. */
const mostLinks = 40;

/** Called with the path of a missing directory, to make it. */
export type MakeDirectory = (path: string) => void;

/** The directories of a layer folder that are known to be real ones, by path relative to it (latin1, no leading slash). */
export class ScopedPaths {
  readonly #root: string;
  readonly #known = new Set<string>(['']);

  /** `root` is a latin1 byte path. */
  constructor(root: string) {
    this.#root = root;
  }

  /** The path for `fs` calls of `path` within the folder. */
  host(path: string): string | Buffer {
    return fsPath(path === '' ? this.#root : `${this.#root}/${path}`);
  }

  /** The entry at `path` itself, whose parent must be a resolved directory. */
  lstat(path: string): Stats | undefined {
    return lstatSync(this.host(path), { throwIfNoEntry: false });
  }

  isKnown(path: string): boolean {
    return this.#known.has(path);
  }

  /** Says that `path` is now a directory. */
  add(path: string): void {
    this.#known.add(path);
  }

  /** Removes what is at `path`, calling `gone` with every directory that goes. */
  remove(path: string, gone: (directory: string) => void): void {
    const below = this.#root.length + 1;
    removeTreeSync(`${this.#root}/${path}`, (directory) => {
      this.#known.delete(directory.slice(below));
      gone(directory.slice(below));
    });
  }

  /** The real directory that `path` names, links followed inside the folder; missing ones are made. Throws `LAYER_INVALID`. */
  directory(path: string, make: MakeDirectory): string {
    if (this.#known.has(path)) return path;
    const rest = componentsOf(path).reverse();
    let current = '';
    let links = 0;
    for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
      if (name === '..') {
        current = current.slice(0, Math.max(0, current.lastIndexOf('/')));
        continue;
      }
      const next = current === '' ? name : `${current}/${name}`;
      const target = this.#enter(next, make);
      if (target === undefined) {
        current = next;
        continue;
      }
      links += 1;
      if (links > mostLinks)
        throw invalidLayer(`"${fromBytePath(path)}" goes through more than ${mostLinks} links`);
      if (target.startsWith('/')) current = '';
      rest.push(...componentsOf(target).reverse());
    }
    return current;
  }

  /** Undefined when `path` is a directory (now), the target when it is a link. */
  #enter(path: string, make: MakeDirectory): string | undefined {
    if (this.#known.has(path)) return undefined;
    const stats = this.lstat(path);
    if (stats?.isSymbolicLink()) return readlinkSync(this.host(path), { encoding: 'latin1' });
    if (!stats || isWhiteout(stats)) make(path);
    else if (!stats.isDirectory())
      throw invalidLayer(`"${fromBytePath(path)}" is used as a directory but is none`);
    this.#known.add(path);
    return undefined;
  }
}

/** The components of a path without empty ones and dots. */
export function componentsOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** Whether an entry of a layer folder is overlayfs's whiteout: a character device 0/0. */
export function isWhiteout(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0;
}

/** Makes a directory that nothing in the layer describes. */
export function makePlainDirectory(path: string | Buffer): void {
  mkdirSync(path, 0o755);
}
