// Writes the entries of a tar into a layer folder in overlay form; the last entry of a name wins, nothing leaves the folder.

import { closeSync, constants, linkSync, mkdirSync, openSync, symlinkSync, unlinkSync } from 'node:fs';
import { CaissonError, currentUmask, errnoOf, makeDevice, mknod } from '../../core/index.ts';
import { fromBytePath, fsPath, type TarEntry, type TarReceiver, toBytePath } from '../../oci/index.ts';
import { entryTarget, insideComponents } from './entry-paths.ts';
import { FileContent } from './file-content.ts';
import { invalidLayer } from './invalid-layer.ts';
import { applyToOpenFile, applyToPath, currentOwner } from './metadata.ts';
import { setOpaque } from './overlay.ts';
import { isWhiteout, makePlainDirectory, ScopedPaths } from './scoped-paths.ts';

/** How a layer folder is written. */
export interface WriterOptions {
  /** Whether `.wh.` names are whiteouts (a layer's tar) or plain names (any other archive). */
  readonly whiteouts: boolean;
}

/** Receives a tar's entries; {@link close} sets what only the end can set: the directories' modes and times. */
export class LayerWriter implements TarReceiver, Disposable {
  readonly #umask = currentUmask();
  readonly #paths: ScopedPaths;
  readonly #options: WriterOptions;
  /** The last entry of each directory, applied at the end: writing into it changes its time, and needs its mode open. */
  readonly #directories = new Map<string, TarEntry>();
  /** Directories that no entry describes (yet). */
  readonly #implied = new Set<string>();
  #file: { readonly content: FileContent; readonly path: string; readonly entry: TarEntry } | undefined;
  #usage = 0;

  constructor(root: string, options: WriterOptions) {
    this.#paths = new ScopedPaths(toBytePath(root));
    this.#options = options;
  }

  /** Bytes on disk of what was written, to the block. */
  get usage(): number {
    return this.#usage;
  }

  /** Whether the directory `path` (relative, canonical) was made only because something lies in it. */
  isImplied(path: string): boolean {
    return this.#implied.has(path);
  }

  entry(entry: TarEntry): void {
    try {
      this.#place(entry);
    } catch (error) {
      if (!impossible.has(errnoOf(error) ?? '')) throw error;
      throw invalidLayer(`"${fromBytePath(entry.name)}" cannot be made`, error);
    }
  }

  data(bytes: Buffer): void {
    this.#file?.content.write(bytes);
  }

  end(): void {
    if (!this.#file) return;
    const { content, path, entry } = this.#file;
    content.finish();
    applyToOpenFile(content.fd, this.#paths.host(path), entry, this.#umask);
    this[Symbol.dispose]();
  }

  /** Completes the directories, deepest last entries first; call when the archive is at its end. */
  close(): void {
    for (const [path, entry] of [...this.#directories].reverse()) applyToPath(this.#paths.host(path), entry);
  }

  /** Closes the file that a failure left open. */
  [Symbol.dispose](): void {
    if (this.#file) closeSync(this.#file.content.fd);
    this.#file = undefined;
  }

  #place(entry: TarEntry): void {
    const target = entryTarget(entry.name, this.#options.whiteouts);
    if (target.kind === 'ignored' || target.kind === 'root') return;
    const directory = this.#paths.directory(target.directory, this.#makeParent);
    if (target.kind === 'opaque') {
      setOpaque(this.#paths.host(directory));
      return;
    }
    const path = directory === '' ? target.base : `${directory}/${target.base}`;
    if (target.kind === 'whiteout') this.#whiteout(path);
    else this.#write(path, entry);
  }

  #write(path: string, entry: TarEntry): void {
    if (entry.type === 'directory') {
      this.#directory(path, entry);
      return;
    }
    this.#usage += blocksOf(entry);
    this.#create(path, () => this.#make(path, entry));
    if (entry.type !== 'file' && entry.type !== 'link') applyToPath(this.#paths.host(path), entry);
  }

  #directory(path: string, entry: TarEntry): void {
    if (!this.#paths.isKnown(path)) {
      const stats = this.#paths.lstat(path);
      if (!stats?.isDirectory()) {
        if (stats && !isWhiteout(stats)) unlinkSync(this.#paths.host(path));
        this.#makeParent(path);
      }
      this.#paths.add(path);
    }
    this.#directories.set(path, entry);
    this.#implied.delete(path);
  }

  /** A directory in the place of a whiteout hides what the whiteout hid. */
  readonly #makeParent = (path: string): void => {
    const host = this.#paths.host(path);
    const hides = this.#paths.lstat(path) !== undefined;
    if (hides) unlinkSync(host);
    makePlainDirectory(host);
    if (hides) setOpaque(host);
    this.#directories.set(path, { ...impliedDirectory, ...currentOwner(), name: path });
    this.#implied.add(path);
    this.#usage += 4096;
  };

  #make(path: string, entry: TarEntry): void {
    const host = this.#paths.host(path);
    switch (entry.type) {
      case 'file': {
        const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
        const fd = openSync(host, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, entry.mode & 0o777);
        this.#file = { content: new FileContent(fd), path, entry };
        return;
      }
      case 'link':
        this.#link(path, entry);
        return;
      case 'symlink':
        symlinkSync(fsPath(entry.linkName ?? ''), host);
        return;
      case 'fifo':
        mknod(host, constants.S_IFIFO | 0o600);
        return;
      case 'character':
      case 'block':
        makeNode(host, entry);
        return;
      case 'directory':
        mkdirSync(host);
    }
  }

  #link(path: string, entry: TarEntry): void {
    const components = insideComponents(entry.linkName ?? '');
    const base = components.pop();
    const missing = (cause?: unknown): CaissonError =>
      invalidLayer(
        `"${fromBytePath(entry.name)}" links to "${fromBytePath(entry.linkName ?? '')}", which no entry before it makes`,
        cause,
      );
    if (base === undefined) throw missing();
    const directory = this.#paths.directory(components.join('/'), (absent) => {
      throw missing(absent);
    });
    const source = directory === '' ? base : `${directory}/${base}`;
    if (source === path) throw missing();
    try {
      linkSync(this.#paths.host(source), this.#paths.host(path));
    } catch (error) {
      throw errnoOf(error) === 'EEXIST' ? error : missing(error);
    }
  }

  /** Runs `make`; when the name is taken, clears it and runs `make` again. */
  #create(path: string, make: () => void): void {
    try {
      make();
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      this.#remove(path);
      make();
    }
  }

  #remove(path: string): void {
    this.#paths.remove(path, (directory) => this.#directories.delete(directory));
  }

  /** Whiteouts concern lower layers: what this layer itself has under the name stays, a directory hiding theirs. */
  #whiteout(path: string): void {
    const host = this.#paths.host(path);
    const stats = this.#paths.lstat(path);
    if (stats?.isDirectory()) setOpaque(host);
    else if (!stats) mknod(host, constants.S_IFCHR);
  }
}

/** A directory that no entry describes; its time is fixed, so that one tar always unpacks to the same layer. */
const impliedDirectory = { type: 'directory', mode: 0o755, size: 0, mtime: 0 } as const;

/** What the kernel says to entries that contradict each other or the limits of file systems. */
const impossible: ReadonlySet<string> = new Set(
  'EEXIST EINVAL EISDIR ELOOP ENAMETOOLONG ENOENT ENOTDIR'.split(' '),
);

function blocksOf(entry: TarEntry): number {
  return entry.type === 'link' ? 0 : Math.ceil(entry.size / 4096) * 4096;
}

function makeNode(host: string | Buffer, entry: TarEntry): void {
  const kind = entry.type === 'block' ? constants.S_IFBLK : constants.S_IFCHR;
  const { deviceMajor = 0, deviceMinor = 0 } = entry;
  if (deviceMajor < 0 || deviceMajor > 0xfff || deviceMinor < 0 || deviceMinor > 0xfffff)
    throw invalidLayer(`device "${fromBytePath(entry.name)}" has the number ${deviceMajor}:${deviceMinor}`);
  try {
    mknod(host, kind | 0o600, makeDevice(deviceMajor, deviceMinor));
  } catch (error) {
    if (errnoOf(error) !== 'EPERM') throw error;
    throw new CaissonError(
      'LAYER_NEEDS_ROOT',
      `Only root can make the device "${fromBytePath(entry.name)}"`,
      {
        hint: 'Run Caisson as root to unpack this layer.',
        cause: error,
      },
    );
  }
}
