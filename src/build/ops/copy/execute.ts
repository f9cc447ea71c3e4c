// Carries out a prepared copy: its files are written into the draft's folder, in overlay form, without a mount.

import { CaissonError } from '../../../core/index.ts';
import { toBytePath } from '../../../oci/index.ts';
import { findArchives } from './archive.ts';
import type { CopyRun } from './copy-run.ts';
import { LayerTar } from './layer-tar.ts';
import { parseMode } from './mode.ts';
import { type Owner, resolveOwner } from './owner.ts';
import { recordPlacement, reusableRows } from './reuse.ts';
import type { Selection } from './select.ts';
import type { CopyResult, ExecuteCopyOptions, PreparedCopy } from './types.ts';
import { unpackArchive } from './unpack-archive.ts';
import { parentOf, UpperTree } from './upper-tree.ts';
import { noteWriter } from './write-file.ts';
import { fileWriter } from './write-files.ts';
import { writeSelection } from './write-selection.ts';

/** Writes the files of `copy` into `draft.upper`. Throws `COPY_CONFLICT`, `CONTEXT_CHANGED`, `ARCHIVE_INVALID`; the draft is then of no use. */
export async function executeCopy(copy: PreparedCopy, options: ExecuteCopyOptions): Promise<CopyResult> {
  const { chown } = copy.vertex;
  const resolved = chown === undefined ? undefined : resolveOwner(chown, options.base);
  try {
    const diff = await carryOut(await startCopy(copy, options, resolved?.owner));
    return { warnings: resolved?.warnings ?? [], ...(diff ? { diff } : {}) };
  } catch (error) {
    throw located(error, copy);
  }
}

async function carryOut(run: CopyRun): Promise<CopyResult['diff']> {
  using upper = run.upper;
  try {
    await copySelections(run);
  } finally {
    await run.writer.settled();
  }
  upper.complete();
  return run.tar.finish();
}

async function startCopy(
  copy: PreparedCopy,
  options: ExecuteCopyOptions,
  owner: Owner | undefined,
): Promise<CopyRun> {
  noteWriter();
  const { chmod } = copy.vertex;
  const { base, draft, signal } = options;
  const now = options.now === undefined ? Date.now() : Number(options.now / 1000n) / 1000;
  const remember = copy.files.selections.length > 1 || copy.vertex.unpack;
  const upper = new UpperTree(base, draft, { remember, now });
  const tar = new LayerTar(upper);
  const folder = toBytePath(draft.upper);
  const userXattrs = copy.files.root !== undefined;
  // As BuildKit does: an octal --chmod takes its bits from the directories made on the way, too.
  const madeMode = chmod !== undefined && /^[0-7]+$/.test(chmod) ? 0o755 & Number.parseInt(chmod, 8) : 0o755;
  return {
    copy,
    options,
    table: copy.files.table,
    upper,
    tar,
    writer: fileWriter({ folder, userXattrs, tar, signal }),
    owner,
    mode: chmod === undefined ? undefined : parseMode(chmod),
    made: { mode: madeMode, uid: 0, gid: 0, ...owner, mtime: now },
    archives: await findArchives(copy),
  };
}

async function copySelections(run: CopyRun): Promise<void> {
  const { selections } = run.copy.files;
  if (selections.length === 0) return;
  const destination = toBytePath(run.copy.vertex.destination);
  const target = run.upper.resolve(destination.replace(/(.)\/+$/, '$1'));
  recordPlacement(run.copy, target);
  const reusable = reusableRows(run.copy, target, run.options.previous);
  for (const selection of selections) {
    run.upper.begin();
    const place = placeOf(run, selection, target, destination.endsWith('/'));
    if (run.archives.has(selection.start)) {
      run.tar.giveUp();
      await unpackArchive(run, selection, place);
    } else await writeSelection(run, selection, place, reusable);
  }
  for (const entry of run.tar.directories()) await run.writer.entry(entry);
  await run.writer.finish();
}

/** Where a selection goes; directories missing on the way are made. */
function placeOf(run: CopyRun, { start }: Selection, target: string, slash: boolean): string {
  const { upper, table, made } = run;
  if (run.archives.has(start)) {
    upper.ensure(target, { ...made, mode: 0o755 });
    return target;
  }
  upper.ensure(slash ? target : parentOf(target), made);
  if (table.type(start) === 'directory') {
    upper.requireDirectory(target);
    upper.ensure(target, made);
    return target;
  }
  if (upper.type(target) !== 'directory') return target;
  upper.ensure(target, made);
  return target === '/' ? `/${table.name(start)}` : `${target}/${table.name(start)}`;
}

/** Mistakes of the instruction are shown at the instruction. */
function located(error: unknown, { vertex }: PreparedCopy): unknown {
  if (!(error instanceof CaissonError) || error.location || !vertex.location) return error;
  const { code, message, hint } = error;
  const details = { location: vertex.location, cause: error };
  return new CaissonError(code, message, hint === undefined ? details : { ...details, hint });
}
