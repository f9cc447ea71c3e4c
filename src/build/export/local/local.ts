// The exporter `local`: the files of the result in a folder of the host.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CaissonError, workerPool, workerUrl } from '../../../core/index.ts';
import { fsPath, toBytePath } from '../../../oci/index.ts';
import { platformFolder } from '../tree-tar.ts';
import type { BuildOutcome, ExportOptions, ExportServices, LocalOutput } from '../types.ts';
import type { LocalJob } from './write-trees.ts';

/**
 * Writes the files: a folder that was not there appears when all of it is written, else each file does.
 * Throws `DESTINATION_INVALID`, `PLATFORM_CONFLICT`.
 */
export async function writeLocal(
  { platforms, epoch }: BuildOutcome,
  { destination, mode, platformSplit }: LocalOutput,
  { store }: ExportServices,
  { signal }: ExportOptions,
): Promise<void> {
  const split = platformSplit ?? platforms.length > 1;
  const trees = platforms.map((built) => ({
    folders: store.layers.driver.lower(built.layers),
    prefix: split ? platformFolder(built) : undefined,
  }));
  const place = openPlace(destination, mode);
  const temporary = `.caisson-${process.pid}-${randomBytes(4).toString('hex')}-`;
  const time = epoch === undefined ? undefined : BigInt(epoch) * 1_000_000n;
  const job: LocalJob = {
    root: toBytePath(place.folder),
    trees,
    removeOthers: mode === 'delete',
    time,
    temporary,
  };
  try {
    await workerPool<LocalJob, number>(workerUrl('local', import.meta.url), 1).run(job, { signal });
    place.finish();
  } catch (error) {
    place.undo(temporary);
    throw error;
  }
}

interface Place {
  readonly folder: string;
  finish(): void;
  /** Removes what an unfinished export left. */
  undo(temporary: string): void;
}

function openPlace(destination: string, mode: LocalOutput['mode']): Place {
  const path = resolve(destination);
  if (existsSync(path)) return existing(realpathSync(path), mode);
  mkdirSync(dirname(path), { recursive: true });
  const folder = join(realpathSync(dirname(path)), `.${basename(path)}.partial-${process.pid}`);
  mkdirSync(folder);
  return {
    folder,
    finish: () => renameSync(folder, path),
    undo: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function existing(folder: string, mode: LocalOutput['mode']): Place {
  if (folder === '/' && mode === 'delete')
    throw new CaissonError('DESTINATION_INVALID', 'mode=delete would empty the root folder of this machine', {
      hint: 'Name a folder of its own with dest=.',
    });
  return {
    folder,
    finish: () => {},
    undo: (temporary) => removeTemporaries(toBytePath(folder), temporary),
  };
}

function removeTemporaries(folder: string, temporary: string): void {
  for (const entry of readdirSync(fsPath(folder), { encoding: 'latin1', withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.name.startsWith(temporary)) rmSync(fsPath(path), { force: true });
    else if (entry.isDirectory()) removeTemporaries(path, temporary);
  }
}
