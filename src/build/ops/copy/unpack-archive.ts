// Unpacks ADD's archives: aside first, then moved into the new layer over what is there.

import {
  chmodSync,
  lchownSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { getXattr, isCaissonError, setXattr } from '../../../core/index.ts';
import { fsPath, TarReader, toBytePath } from '../../../oci/index.ts';
import { LayerWriter, openView, type TreeEntry, type TreeView } from '../../../store/index.ts';
import { archiveContent, invalidArchive } from './archive.ts';
import { archiveMeter, archiveReceiver } from './archive-receiver.ts';
import type { CopyRun } from './copy-run.ts';
import { followInside } from './follow-inside.ts';
import type { Owner } from './owner.ts';
import type { Selection } from './select.ts';

/** Unpacks the archive that `selection` is into the directory `place`. Throws `ARCHIVE_INVALID`, `ARCHIVE_TOO_LARGE`, `PROGRAM_NOT_FOUND`. */
export async function unpackArchive(run: CopyRun, { start }: Selection, place: string): Promise<void> {
  const staged = join(run.options.draft.work, `archive-${start}`);
  mkdirSync(staged, { recursive: true });
  try {
    const writer = await unpack(run.table.source(start), staged, run.options.signal);
    const view = openView([staged]);
    moveInto({ run, view, staged: toBytePath(staged), root: place, writer }, '/', place);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

async function unpack(path: string, folder: string, signal: AbortSignal | undefined): Promise<LayerWriter> {
  const { bavail, bsize } = statfsSync(folder);
  const bounds = { packed: statSync(fsPath(path)).size, room: bavail * bsize };
  const [declared, read] = [archiveMeter(bounds), archiveMeter(bounds)];
  using writer = new LayerWriter(folder, { whiteouts: false });
  const reader = new TarReader(archiveReceiver(writer, declared));
  try {
    for await (const chunk of archiveContent(path)) {
      signal?.throwIfAborted();
      read.add(chunk.length);
      reader.push(chunk);
    }
    reader.finish();
    writer.close();
    return writer;
  } catch (error) {
    signal?.throwIfAborted();
    throw isCaissonError(error) && toldAlready.has(error.code) ? error : invalidArchive(path, error);
  }
}

const toldAlready: ReadonlySet<string> = new Set(['ARCHIVE_INVALID', 'PROGRAM_NOT_FOUND']);

/** An archive being moved to where it belongs. */
interface Moving {
  readonly run: CopyRun;
  readonly view: TreeView;
  readonly staged: string;
  /** Where the archive's root goes. */
  readonly root: string;
  readonly writer: LayerWriter;
}

/** Moves the staged directory `from` to `to`: directories merge and take the archive's attributes, all else is replaced. */
function moveInto(moving: Moving, from: string, to: string): void {
  const { run, view, staged } = moving;
  for (const name of readdirSync(fsPath(staged + from), { encoding: 'latin1' }).sort()) {
    const path = below(from, name);
    const target = below(to, name);
    const entry = view.lstat(path);
    if (entry === undefined) continue;
    if (entry.type === 'directory') moveInto(moving, path, placeDirectory(moving, entry, target));
    else {
      run.upper.replace(target, entry.type);
      const host = fsPath(run.upper.host(target));
      renameSync(fsPath(staged + path), host);
      if (run.owner) changeOwner(host, entry, run.owner);
    }
  }
}

/** Makes the directory of an entry at `target`; one that no entry describes is only the way, through links that are there too. */
function placeDirectory({ run, view, root, writer }: Moving, entry: TreeEntry, target: string): string {
  const { upper, owner, made } = run;
  if (writer.isImplied(entry.path.slice(1))) {
    const real = upper.type(target) === 'symlink' ? followInside(upper, root, target) : target;
    upper.ensure(real, { ...made, mode: 0o755, uid: 0, gid: 0 });
    return real;
  }
  const { mode, mtime } = entry;
  const { uid, gid } = owner ?? entry;
  if (upper.type(target) !== 'directory') upper.replace(target, 'directory');
  const xattrs = view.xattrs(entry);
  upper.merge(target, { mode, uid, gid, mtime: Number(mtime / 1000n) / 1000, xattrs });
  return target;
}

/** Changing the owner clears setuid and capabilities: they are set again. */
function changeOwner(host: string | Buffer, { type, mode, mtime }: TreeEntry, { uid, gid }: Owner): void {
  if (process.geteuid?.() !== 0) return;
  const capability = type === 'file' ? getXattr(host, 'security.capability') : undefined;
  lchownSync(host, uid, gid);
  if (type !== 'symlink') chmodSync(host, mode);
  if (capability) setXattr(host, 'security.capability', capability);
  lutimesSync(host, Number(mtime) / 1e9, Number(mtime) / 1e9);
}

function below(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}
