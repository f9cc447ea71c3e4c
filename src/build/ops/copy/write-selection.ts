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
import type { Selection } from './select.ts';
import { applyAttributes, createTarget } from './write-file.ts';

/** Writes the rows of `selection`; its first row becomes `place`, or fills it when it is a directory. Nothing is being written when it resolves. */
export async function writeSelection(
  run: CopyRun,
  selection: Selection,
  place: string,
  reusable: ReusableFiles | undefined,
): Promise<void> {
  const { table, writer, upper } = run;
  const writing: Writing = { run, reusable, directories: new Map(), firstNames: new Map(), links: [] };
  for (let row = selection.start; row < selection.end; row++) {
    const parent = writing.directories.get(table.parent(row));
    const path = parent === undefined ? place : `${parent === '/' ? '' : parent}/${table.names[row]}`;
    const waiting = writeRow(writing, row, path);
    if (waiting) await waiting;
  }
  await writer.finish();
  for (const [first, path] of writing.links)
    replaceWith(run, path, () => linkSync(fsPath(upper.host(first)), fsPath(upper.host(path))));
  finishXattrs(writing, selection, place);
}

interface Writing {
  readonly run: CopyRun;
  readonly reusable: ReusableFiles | undefined;
  /** Places of directories by row. */
  readonly directories: Map<number, string>;
  /** The first place of each file that has several names. */
  readonly firstNames: Map<string, string>;
  readonly links: (readonly [first: string, path: string])[];
}

function writeRow(writing: Writing, row: number, path: string): Promise<void> | undefined {
  const { table, upper } = writing.run;
  const type = table.type(row);
  if (type === 'directory') {
    writeDirectory(writing, row, path);
    return undefined;
  }
  upper.put(path, type);
  if (type === 'file') return writeContent(writing, row, path);
  writeSpecial(writing.run, row, path);
  return undefined;
}

/** The directory selected itself only gives its time, as BuildKit has it; those below it give everything. */
function writeDirectory({ run, directories }: Writing, row: number, path: string): void {
  const { table, upper } = run;
  directories.set(row, path);
  if (table.parent(row) < 0) upper.touch(path, table.mtime(row));
  else {
    const xattrs = table.details.get(row)?.xattrs;
    upper.merge(path, { ...attributesOf(run, row), ...(xattrs ? { xattrs } : {}) });
  }
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
  const { run, firstNames, links, reusable } = writing;
  const { table, upper, writer, copy } = run;
  const detail = table.details.get(row);
  const target = upper.host(path);
  if (detail?.content) {
    writeInline(run, row, target, detail.content);
    return undefined;
  }
  const first = detail?.hardlink === undefined ? undefined : firstNames.get(detail.hardlink);
  if (first !== undefined) {
    links.push([first, path]);
    return undefined;
  }
  if (detail?.hardlink !== undefined) firstNames.set(detail.hardlink, path);
  return writer.add({
    source: table.source(row),
    target,
    ...attributesOf(run, row),
    size: table.size(row),
    previous: reusable?.has(row) && detail === undefined ? toBytePath(reusable.folder) + path : '',
    userXattrs: copy.files.root !== undefined,
  });
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

function writeSpecial(run: CopyRun, row: number, path: string): void {
  const { table, upper } = run;
  const host = fsPath(upper.host(path));
  const type = table.type(row);
  const attributes = attributesOf(run, row);
  const { linkTarget = '', device = 0n } = table.details.get(row) ?? {};
  if (type === 'symlink') replaceWith(run, path, () => symlinkSync(fsPath(linkTarget), host));
  // A socket of a context arrives as an empty file, as BuildKit sends it.
  else if (type === 'socket') closeSync(createTarget(upper.host(path), attributes.mode));
  else if (type === 'fifo' || type === 'character' || type === 'block')
    replaceWith(run, path, () => mknod(host, nodeTypes[type] | 0o600, device));
  if (process.geteuid?.() === 0) lchownSync(host, attributes.uid, attributes.gid);
  if (type !== 'symlink') chmodSync(host, attributes.mode);
  lutimesSync(host, attributes.mtime / 1000, attributes.mtime / 1000);
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
function finishXattrs({ run, directories }: Writing, { start, end }: Selection, place: string): void {
  const { table, upper } = run;
  for (const [row, { xattrs }] of table.details) {
    if (xattrs === undefined || row < start || row >= end || table.type(row) === 'directory') continue;
    const parent = directories.get(table.parent(row));
    const path = parent === undefined ? place : `${parent === '/' ? '' : parent}/${table.names[row]}`;
    const host = upper.host(path);
    for (const [name, value] of xattrs) setXattr(Buffer.from(host, 'latin1'), name, value);
  }
}
