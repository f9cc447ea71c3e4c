// Volumes: a folder and a record each.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError } from '../core/index.ts';
import { emptyTrash, moveToTrash } from './collect/index.ts';
import type { StorePaths } from './root.ts';
import type { RecordStore, VolumeRecord, VolumeStore } from './types.ts';

/** Opens the volumes over their records. */
export function openVolumes(paths: StorePaths, records: RecordStore<VolumeRecord>): VolumeStore {
  return {
    ...records,
    create(name, options) {
      const record = newRecord(paths, name, options);
      // Record first: a folder without one would be nobody's; a record without its folder is mended when it is used.
      records.add(record);
      mkdirSync(record.mountpoint, { recursive: true, mode: 0o755 });
      return record;
    },
    async delete(name) {
      const record = records.find(name);
      if (!record) throw missing(name);
      records.remove(record.id);
      moveToTrash(paths.trash, join(paths.volumes, checkedName(record.name)));
      await emptyTrash(paths.trash);
    },
    folder(record) {
      if (!existsSync(record.mountpoint)) mkdirSync(record.mountpoint, { recursive: true, mode: 0o755 });
      return record.mountpoint;
    },
  };
}

function newRecord(
  paths: StorePaths,
  name: string | undefined,
  options: { readonly labels?: Readonly<Record<string, string>> } = {},
): VolumeRecord {
  const id = randomBytes(32).toString('hex');
  const chosen = checkedName(name ?? id);
  return {
    id,
    name: chosen,
    driver: 'local',
    labels: options.labels ?? {},
    created: Date.now(),
    mountpoint: join(paths.volumes, chosen, '_data'),
    anonymous: name === undefined,
  };
}

/** Docker's rule for volume names; it leaves no way out of the folder of volumes. */
function checkedName(name: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/.test(name)) return name;
  throw new CaissonError('VOLUME_NAME_INVALID', `Volume name "${name.slice(0, 300)}" is invalid`, {
    hint: 'Expected 2 to 255 letters, digits, "_", "." and "-", the first a letter or digit; for a host folder give an absolute path.',
  });
}

function missing(name: string): CaissonError {
  return new CaissonError('VOLUME_NOT_FOUND', `Volume "${name}" does not exist`, {
    hint: 'List the volumes with "caisson volume ls".',
  });
}
