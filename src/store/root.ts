// Where a store lies: its root folder, what is in it, and its run directory.

import { chmodSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CaissonError, errnoOf, nameHash } from '../core/index.ts';

/** The folders and files of a store, all absolute. */
export interface StorePaths {
  readonly root: string;
  /** `/run/caisson/<id of root>` */
  readonly runDirectory: string;
  readonly database: string;
  readonly layers: string;
  readonly drafts: string;
  /** Files and folders being received; the name's first part is the session that writes them. */
  readonly ingest: string;
  /** What was removed but not yet deleted. */
  readonly trash: string;
  readonly containers: string;
  readonly volumes: string;
  /** Cache mounts of build steps; made with the first one. */
  readonly cacheMounts: string;
  /** What builds said and how they ended; made with the first one. */
  readonly builds: string;
  /** Plans of builds; made with the first one. */
  readonly plans: string;
}

/** The root that is used when none is named. */
export function defaultRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['CAISSON_ROOT'];
  if (named) return resolve(named);
  if (process.getuid?.() === 0) return '/var/lib/caisson';
  const data = environment['XDG_DATA_HOME'];
  return join(data?.startsWith('/') ? data : join(homedir(), '.local/share'), 'caisson');
}

/** The folder of a container's own files. Throws `ID_INVALID`. */
export function containerFolder(paths: StorePaths, id: string): string {
  if (/^[0-9a-f]{1,64}$/.test(id)) return join(paths.containers, id);
  throw new CaissonError('ID_INVALID', `"${id}" is not an id`, { hint: 'Expected up to 64 hex digits.' });
}

/** Makes the folders of the store at `root` where they are missing. Throws `STORE_UNWRITABLE`. */
export function prepareRoot(root: string): StorePaths {
  try {
    return makeFolders(root);
  } catch (cause) {
    throw new CaissonError('STORE_UNWRITABLE', `The store's folder "${root}" cannot be made`, {
      cause,
      hint: 'Choose a folder you may write to with --root or CAISSON_ROOT.',
    });
  }
}

function makeFolders(folder: string): StorePaths {
  makeParents(folder);
  const root = realpathSync(folder);
  const paths: StorePaths = {
    root,
    runDirectory: runDirectoryOf(root),
    database: join(root, 'store.db'),
    layers: join(root, 'layers'),
    drafts: join(root, 'drafts'),
    ingest: join(root, 'ingest'),
    trash: join(root, 'trash'),
    containers: join(root, 'containers'),
    volumes: join(root, 'volumes'),
    cacheMounts: join(root, 'cachemounts'),
    builds: join(root, 'builds'),
    plans: join(root, 'plans'),
  };
  // The database comes last in a new root: where it is, the folders are.
  if (!existsSync(paths.database)) makeTree(paths);
  if (!existsSync(paths.runDirectory)) makePrivate(paths.runDirectory);
  return paths;
}

/** Node's own recursive mkdir never returns where a file system refuses new folders with ENOENT, as /proc does. */
function makeParents(folder: string): void {
  if (existsSync(folder)) return;
  makeParents(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o711 });
  } catch (error) {
    // Another process may have made it just now.
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

function makeTree(paths: StorePaths): void {
  for (const folder of [paths.layers, paths.volumes]) mkdirSync(folder, { recursive: true, mode: 0o711 });
  for (const folder of [paths.drafts, paths.ingest, paths.trash, paths.containers]) makePrivate(folder);
  mkdirSync(join(paths.root, 'blobs/sha256'), { recursive: true });
}

function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

function runDirectoryOf(root: string): string {
  const id = nameHash(root).slice(0, 12);
  const base =
    process.getuid?.() === 0
      ? '/run'
      : (process.env['XDG_RUNTIME_DIR'] ?? `/tmp/caisson-${process.getuid?.()}`);
  return join(base, 'caisson', id);
}
