// Writes one selection of a copy at its place: a file, or the contents of a directory.

import {
  chmodSync,
  closeSync,
  constants,
  lchownSync,
  linkSync,
  lutimesSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { errnoOf, mknod, setXattr } from '../../../core/index.ts';
import { fsPath, toBytePath } from '../../../oci/index.ts';
import type { CopyRun } from './copy-run.ts';
import type { ReusableFiles } from './reuse.ts';
import { pathOf, RowPaths } from './row-paths.ts';
import type { Selection } from './select.ts';
import { sharedFiles } from './shared-files.ts';
import type { BareEntry } from './write-batch.ts';
import { applyAttributes, createTarget } from './write-file.ts';
import type { FileWriter } from './write-files.ts';

/** Writes the rows of `selection`; its first row becomes `place`, or fills it when it is a directory. Nothing is being written when it resolves. */
export async function writeSelection(
  run: CopyRun,
  selection: Selection,
  place: string,
  reusable: ReusableFiles | undefined,
): Promise<void> {
  const { table, writer, upper } = run;
  const shared = sharedFiles(table, selection);
  const writing: Writing = { run, reusable, shared, firstNames: new Map(), links: [] };
  const paths = new RowPaths(table);
  for (let row = selection.start; row < selection.end; row++) {
    const waiting = writeRow(writing, row, paths.path(row, place));
    if (waiting) await waiting;
  }
  await writer.finish();
  for (const [first, path] of writing.links)
    replaceWith(run, path, () => linkSync(fsPath(upper.host(first)), fsPath(upper.host(path))));
  finishXattrs(run, selection, place);
}

interface Writing {
  readonly run: CopyRun;
  readonly reusable: ReusableFiles | undefined;
  /** Files that have several names here. */
  readonly shared: ReadonlySet<string>;
  /** The first place of each of them. */
  readonly firstNames: Map<string, string>;
  readonly links: (readonly [first: string, path: string])[];
}

function writeRow(writing: Writing, row: number, path: string): Promise<void> | undefined {
  const { table, upper } = writing.run;
  const type = table.type(row);
  if (type === 'directory') {
    writeDirectory(writing.run, row, path);
    return undefined;
  }
  upper.put(path, type);
  if (type === 'file') return writeContent(writing, row, path);
  return writeSpecial(writing.run, row, path);
}

/** The directory selected itself only gives its time, as BuildKit has it; those below it give everything. */
function writeDirectory(run: CopyRun, row: number, path: string): void {
  const { table, upper } = run;
  if (table.parent(row) < 0) {
    upper.touch(path, table.mtime(row));
    return;
  }
  const { xattrs, passage } = table.detail(row) ?? {};
  const attributes = { ...attributesOf(run, row), ...(xattrs ? { xattrs } : {}) };
  if (passage) upper.pass(path, attributes, table.mode(row));
  else upper.merge(path, attributes);
}

function attributesOf({ table, owner, mode }: CopyRun, row: number) {
  const old = table.mode(row);
  return {
    mode: mode?.(old, table.type(row) === 'directory') ?? old,
    uid: owner?.uid ?? table.uid(row),
    gid: owner?.gid ?? table.gid(row),
    mtime: table.mtime(row),
  };
}

function writeContent(writing: Writing, row: number, path: string): Promise<void> | undefined {
  const { run, shared, firstNames, links, reusable } = writing;
  const { table, upper, writer, tar } = run;
  const { content, xattrs, hardlink = '' } = table.detail(row) ?? {};
  const isShared = shared.has(hardlink);
  const plain = !content && !xattrs && !isShared;
  // What has several names, attributes or its bytes in the Dockerfile is rare: the layer is read for its digest then.
  if (!plain) tar.giveUp();
  if (content) {
    writeInline(run, row, upper.host(path), content);
    return undefined;
  }
  const first = firstNames.get(hardlink);
  if (first !== undefined) {
    links.push([first, path]);
    return undefined;
  }
  if (isShared) firstNames.set(hardlink, path);
  const previous = reusable?.has(row) && plain ? toBytePath(reusable.folder) + path : '';
  const file = { source: table.source(row), ...attributesOf(run, row), size: table.size(row), previous };
  const name = path.slice(1);
  const waiting = announce(run, { name, mtime: Math.floor(file.mtime / 1000) });
  return waiting ? waiting.then(() => writer.add(name, file)) : writer.add(name, file);
}

/** Puts what comes next into the tar's order, after the directories made for it. */
function announce(
  { tar, writer }: CopyRun,
  entry: Pick<BareEntry, 'name' | 'mtime'>,
): Promise<void> | undefined {
  const directories = tar.directories();
  tar.follow(entry);
  return directories.length === 0 ? undefined : addAll(writer, directories);
}

async function addAll(writer: FileWriter, entries: readonly BareEntry[]): Promise<void> {
  for (const entry of entries) await writer.entry(entry);
}

function writeInline(run: CopyRun, row: number, target: string, content: Buffer): void {
  const attributes = { ...attributesOf(run, row), mtime: run.made.mtime };
  const fd = createTarget(target, attributes.mode);
  try {
    for (let at = 0; at < content.length; ) at += writeSync(fd, content, at);
    applyAttributes(fd, attributes);
  } finally {
    closeSync(fd);
  }
}

const nodeTypes = {
  fifo: constants.S_IFIFO,
  character: constants.S_IFCHR,
  block: constants.S_IFBLK,
} as const;

function writeSpecial(run: CopyRun, row: number, path: string): Promise<void> | undefined {
  const { table, upper, tar } = run;
  const host = fsPath(upper.host(path));
  const type = table.type(row);
  const attributes = attributesOf(run, row);
  const { linkTarget = '', device = 0n } = table.detail(row) ?? {};
  if (type === 'symlink') replaceWith(run, path, () => symlinkSync(fsPath(linkTarget), host));
  // A socket of a context arrives as an empty file, as BuildKit sends it.
  else if (type === 'socket') closeSync(createTarget(upper.host(path), attributes.mode));
  else if (type === 'fifo' || type === 'character' || type === 'block')
    replaceWith(run, path, () => mknod(host, nodeTypes[type] | 0o600, device));
  if (process.geteuid?.() === 0) lchownSync(host, attributes.uid, attributes.gid);
  if (type !== 'symlink') chmodSync(host, attributes.mode);
  lutimesSync(host, attributes.mtime / 1000, attributes.mtime / 1000);
  if (type === 'symlink') return announceLink(run, path, linkTarget, attributes);
  tar.giveUp();
  return undefined;
}

function announceLink(
  run: CopyRun,
  path: string,
  linkName: string,
  { uid, gid, mtime }: ReturnType<typeof attributesOf>,
): Promise<void> | undefined {
  const entry: BareEntry = {
    type: 'symlink',
    name: path.slice(1),
    mode: 0o777,
    uid,
    gid,
    size: 0,
    mtime: Math.floor(mtime / 1000),
    linkName,
  };
  const waiting = announce(run, entry);
  return waiting ? waiting.then(() => run.writer.entry(entry)) : run.writer.entry(entry);
}

/** Runs `make`, in place of what an earlier source of the copy put at `path`. */
function replaceWith({ upper }: CopyRun, path: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    unlinkSync(fsPath(upper.host(path)));
    make();
  }
}

/** Attributes such as capabilities come last: changing the owner would take them away. */
function finishXattrs({ table, upper }: CopyRun, { start, end }: Selection, place: string): void {
  for (const [row, xattrs] of table.withXattrs()) {
    if (row < start || row >= end || table.type(row) === 'directory') continue;
    const host = upper.host(pathOf(table, row, place));
    for (const [name, value] of xattrs) setXattr(Buffer.from(host, 'latin1'), name, value);
  }
}
