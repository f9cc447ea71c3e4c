// Writes trees into a folder of the host, over what is there: nothing is written or removed through a link, and every file
// appears whole. Synchronous: it runs on a worker thread.

import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { CaissonError, errnoOf, mknod, setTimes, setXattr } from '../../../core/index.ts';
import { fromBytePath, fsPath } from '../../../oci/index.ts';
import { openView, type TreeEntry, type TreeView } from '../../../store/index.ts';

/** What to write, as plain data. Paths are latin1 byte strings. */
export interface LocalJob {
  /** An existing folder, without links on the way. */
  readonly root: string;
  readonly trees: readonly LocalTree[];
  /** Remove what the trees do not have. */
  readonly removeOthers: boolean;
  /** Nanoseconds since the epoch: the time of everything. */
  readonly time: bigint | undefined;
  /** How temporary names begin. */
  readonly temporary: string;
}

/** A tree: overlay folders, topmost first, and the folder below the root that it goes to. */
export interface LocalTree {
  readonly folders: readonly string[];
  readonly prefix: string | undefined;
}

/** Writes the trees; gives the number of entries. Throws `PLATFORM_CONFLICT` when two trees have a file in one place. */
export function writeTrees(job: LocalJob): number {
  const writing: Writing = { job, view: openView([]), links: new Map(), written: new Set(), temporaries: 0 };
  for (const { folders, prefix } of job.trees) {
    const tree = { ...writing, view: openView(folders), links: new Map<string, string>() };
    if (prefix !== undefined) makeDirectory(writing, `${job.root}/${prefix}`);
    writeChildren(tree, '/', prefix === undefined ? job.root : `${job.root}/${prefix}`);
  }
  if (job.removeOthers) removeOthers(job.root, writing.written);
  return writing.written.size;
}

interface Writing {
  readonly job: LocalJob;
  readonly view: TreeView;
  /** Where files with several names were written, by device and inode. */
  readonly links: Map<string, string>;
  readonly written: Set<string>;
  temporaries: number;
}

function writeChildren(writing: Writing, path: string, target: string): void {
  for (const name of writing.view.list(path)) {
    const entry = writing.view.lstat(path === '/' ? `/${name}` : `${path}/${name}`);
    if (entry && entry.type !== 'socket') writeEntry(writing, entry, `${target}/${name}`);
  }
}

function writeEntry(writing: Writing, entry: TreeEntry, target: string): void {
  if (entry.type === 'directory') {
    makeDirectory(writing, target);
    writeChildren(writing, entry.path, target);
    setAttributes(writing, entry, target);
    return;
  }
  if (writing.written.has(target)) throw conflict(writing.job.root, target);
  const twin = entry.hardlink === undefined ? undefined : writing.links.get(entry.hardlink);
  if (twin === undefined) writeWhole(writing, entry, target);
  else {
    // Renaming a link over another link of its file does nothing: the place is cleared instead.
    rmSync(fsPath(target), { recursive: true, force: true });
    linkSync(fsPath(twin), fsPath(target));
  }
  if (entry.hardlink !== undefined && twin === undefined) writing.links.set(entry.hardlink, target);
  writing.written.add(target);
}

function makeDirectory({ written }: Writing, target: string): void {
  const there = lstatSync(fsPath(target), { throwIfNoEntry: false });
  if (!there?.isDirectory()) {
    if (there) rmSync(fsPath(target));
    mkdirSync(fsPath(target));
  }
  written.add(target);
}

/** Under a temporary name beside its place, then renamed. */
function writeWhole(writing: Writing, entry: TreeEntry, target: string): void {
  writing.temporaries += 1;
  const folder = target.slice(0, target.lastIndexOf('/'));
  const temporary = `${folder}/${writing.job.temporary}${writing.temporaries}`;
  try {
    create(entry, temporary);
    setAttributes(writing, entry, temporary);
    if (lstatSync(fsPath(target), { throwIfNoEntry: false })?.isDirectory())
      rmSync(fsPath(target), { recursive: true });
    renameSync(fsPath(temporary), fsPath(target));
  } catch (error) {
    rmSync(fsPath(temporary), { force: true });
    throw error;
  }
}

const typeBits = {
  fifo: constants.S_IFIFO,
  character: constants.S_IFCHR,
  block: constants.S_IFBLK,
} as const;

function create(entry: TreeEntry, target: string): void {
  const path = fsPath(target);
  const { COPYFILE_EXCL, COPYFILE_FICLONE } = constants;
  switch (entry.type) {
    case 'file':
      copyFileSync(fsPath(entry.source), path, COPYFILE_EXCL | COPYFILE_FICLONE);
      return;
    case 'symlink':
      symlinkSync(fsPath(entry.linkTarget ?? ''), path);
      return;
    case 'fifo':
    case 'character':
    case 'block':
      mknod(path, typeBits[entry.type] | 0o600, entry.device ?? 0n);
      return;
    default:
      throw new Error(`A ${entry.type} cannot be written`);
  }
}

/** The owner is whoever builds, as with BuildKit; a copy has its source's where that is allowed. */
function setAttributes({ view, job }: Writing, entry: TreeEntry, target: string): void {
  const path = fsPath(target);
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  if (entry.type === 'file' && (entry.uid !== uid || entry.gid !== gid)) lchownSync(path, uid, gid);
  if (entry.type !== 'symlink') chmodSync(path, entry.mode);
  for (const [name, value] of view.xattrs(entry)) setOptionalXattr(path, name, value);
  setTimes(path, job.time ?? entry.mtime);
}

/** Attributes that the file system or the caller's rights have no room for are left out. */
function setOptionalXattr(path: string | Buffer, name: string, value: Buffer): void {
  try {
    setXattr(path, name, value);
  } catch (error) {
    if (!['ENOTSUP', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
  }
}

/** Links are removed, not followed. */
function removeOthers(folder: string, kept: ReadonlySet<string>): void {
  for (const entry of readdirSync(fsPath(folder), { encoding: 'latin1', withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (!kept.has(path)) rmSync(fsPath(path), { recursive: true, force: true });
    else if (entry.isDirectory()) removeOthers(path, kept);
  }
}

function conflict(root: string, target: string): CaissonError {
  const shown = fromBytePath(target.slice(root.length + 1));
  return new CaissonError('PLATFORM_CONFLICT', `Two platforms have the file "${shown}"`, {
    hint: 'Leave platform-split=false out, so that each platform gets a folder of its own.',
  });
}
