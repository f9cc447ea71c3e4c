// Unpacks ADD's local archives: aside first, then moved into the new layer over what is there.

import {
  chmodSync,
  lchownSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { join } from 'node:path';
import { getXattr, isCaissonError, setXattr } from '../../../core/index.ts';
import { fsPath, TarReader, toBytePath } from '../../../oci/index.ts';
import { LayerWriter, openView, type TreeEntry, type TreeView } from '../../../store/index.ts';
import { archiveContent, invalidArchive } from './archive.ts';
import type { CopyRun } from './copy-run.ts';
import type { Owner } from './owner.ts';
import type { Selection } from './select.ts';

/** Unpacks the archive that `selection` is into the directory `place`. Throws `ARCHIVE_INVALID`, `PROGRAM_NOT_FOUND`. */
export async function unpackArchive(run: CopyRun, { start }: Selection, place: string): Promise<void> {
  const staged = join(run.options.draft.work, `archive-${start}`);
  mkdirSync(staged, { recursive: true });
  try {
    await unpack(run.table.source(start), staged, run.options.signal);
    moveInto(run, openView([staged]), toBytePath(staged), '/', place);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

async function unpack(path: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  const { bavail, bsize } = statfsSync(folder);
  using writer = new LayerWriter(folder, { whiteouts: false });
  const reader = new TarReader(writer);
  let left = bavail * bsize;
  try {
    for await (const chunk of archiveContent(path)) {
      signal?.throwIfAborted();
      left -= chunk.length;
      if (left < 0) throw noSpace();
      reader.push(chunk);
    }
    reader.finish();
    writer.close();
  } catch (error) {
    signal?.throwIfAborted();
    throw isCaissonError(error) && toldAlready.has(error.code) ? error : invalidArchive(path, error);
  }
}

/** What a write would say, said before the bomb has filled the disk. */
function noSpace(): Error {
  return Object.assign(new Error('it unpacks to more than the disk has room for'), { code: 'ENOSPC' });
}

const toldAlready: ReadonlySet<string> = new Set(['ARCHIVE_INVALID', 'PROGRAM_NOT_FOUND']);

/** Moves the staged directory `from` to `to`: directories merge and take the archive's attributes, all else is replaced. */
function moveInto(run: CopyRun, view: TreeView, staged: string, from: string, to: string): void {
  for (const name of readdirSync(fsPath(staged + from), { encoding: 'latin1' }).sort()) {
    const path = below(from, name);
    const target = below(to, name);
    const entry = view.lstat(path);
    if (entry === undefined) continue;
    if (entry.type === 'directory') {
      const { mode, mtime } = entry;
      const { uid, gid } = run.owner ?? entry;
      if (run.upper.type(target) !== 'directory') run.upper.replace(target, 'directory');
      run.upper.merge(target, {
        mode,
        uid,
        gid,
        mtime: Number(mtime / 1000n) / 1000,
        xattrs: view.xattrs(entry),
      });
      moveInto(run, view, staged, path, target);
    } else {
      run.upper.replace(target, entry.type);
      const host = fsPath(run.upper.host(target));
      renameSync(fsPath(staged + path), host);
      if (run.owner) changeOwner(host, entry, run.owner);
    }
  }
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
