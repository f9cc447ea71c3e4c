// Directories made in a layer being written (WORKDIR, a process's working directory), over what lower layers have.

import { chmodSync, chownSync, lstatSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, setXattr } from '../../core/index.ts';
import type { LayerDraft, LayerId, LayerRecord, Store, TreeEntry, TreeView } from '../../store/index.ts';
import type { MkdirVertex } from '../types.ts';
import { inDraft } from './draft.ts';
import { userIn } from './exec-user.ts';

/** Mode and owner of the directories that are made. */
export interface DirectoryOwner {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Makes the vertex's directory on the tree of `layers` (bottom first); the layer is empty where it exists. */
export function runMkdir(
  vertex: MkdirVertex,
  layers: readonly LayerId[],
  store: Store,
): Promise<LayerRecord> {
  const view = store.layers.view(layers);
  return inDraft(store, (draft) => {
    const { uid, gid } = userIn(store, layers, vertex.user);
    makeDirectory(view, draft, vertex.path, { mode: vertex.mode, uid, gid });
    return undefined;
  });
}

/**
 * Makes the directory `path` (absolute, links followed inside the tree) and its missing parents in the draft, like `mkdir -p`.
 * Throws `NOT_A_DIRECTORY`.
 */
export function makeDirectory(view: TreeView, draft: LayerDraft, path: string, owner: DirectoryOwner): void {
  if (path === '/') return;
  const target = view.resolve(path);
  const found = view.lstat(target);
  if (found?.type === 'directory') return;
  const trail = ancestors(target);
  const missing = trail.findIndex((step) => view.lstat(step) === undefined);
  const blocked = trail.map((step) => view.lstat(step)).find((entry) => entry && entry.type !== 'directory');
  if (blocked !== undefined || missing === -1) throw notADirectory(path, blocked?.path ?? target);
  const there = trail.slice(0, missing);
  for (const step of there) copyUp(view, draft, step);
  for (const step of trail.slice(missing)) make(folderOf(draft, step), owner);
  // Only the directory that got a new one has changed.
  for (const step of there.slice(0, -1)) keepTime(view, draft, step);
}

/** `/a/b` → `/a`, `/a/b`. */
function ancestors(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '');
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
}

/** Paths of a tree hold bytes as latin1 characters. */
function folderOf(draft: LayerDraft, path: string): Buffer {
  return Buffer.concat([Buffer.from(join(draft.upper, '/')), Buffer.from(path.slice(1), 'latin1')]);
}

/** A directory of a lower layer must stand in the upper one with its own attributes, which the merged view takes from there. */
function copyUp(view: TreeView, draft: LayerDraft, path: string): void {
  const entry = view.lstat(path);
  const folder = folderOf(draft, path);
  if (entry === undefined || lstatSync(folder, { throwIfNoEntry: false })) return;
  make(folder, entry);
  copyXattrs(view, entry, folder);
}

function keepTime(view: TreeView, draft: LayerDraft, path: string): void {
  const seconds = Number(view.lstat(path)?.mtime ?? 0n) / 1e9;
  utimesSync(folderOf(draft, path), seconds, seconds);
}

function copyXattrs(view: TreeView, entry: TreeEntry, folder: Buffer): void {
  for (const [name, value] of view.xattrs(entry)) setXattr(folder, name, value);
}

function make(folder: Buffer, owner: DirectoryOwner): void {
  mkdirSync(folder);
  chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, owner.mode);
}

function notADirectory(path: string, blocked: string): CaissonError {
  return new CaissonError(
    'NOT_A_DIRECTORY',
    `The directory "${path}" cannot be made: "${blocked}" is not a directory`,
    { hint: 'Remove it in an earlier step, or choose another path.' },
  );
}
