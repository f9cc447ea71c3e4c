// Checks for what nothing knows of: leftovers of dead processes, undeleted trash, volumes without a folder or record.

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { emptyTrash, findAbandoned, findStray, type Leftover, moveToTrash } from '../collect/index.ts';
import { dropPartial, stalePartials } from '../content/index.ts';
import type { CheckParts } from './parts.ts';
import type { Problem } from './types.ts';

const titles: Readonly<Record<Leftover['kind'], string>> = {
  received: 'A process that is gone left the received file',
  draft: 'A process that is gone left the unfinished layer',
  layer: 'No layer is recorded for the folder',
  container: 'No container is recorded for the folder',
};

/** Finds leftovers in the store's folders. */
export function checkLeftovers(parts: CheckParts): readonly Problem[] {
  const { paths, database } = parts;
  const leftovers = database.transaction(() => [...findAbandoned(paths), ...findStray(paths, database)]);
  return [
    ...leftovers.map(
      ({ kind, path }): Problem => ({
        code: 'LEFTOVER',
        severity: 'warning',
        message: `${titles[kind]} "${path}"`,
        remedy: 'It is deleted.',
        repair: () => void moveToTrash(paths.trash, path),
      }),
    ),
    ...checkPartials(parts),
    ...checkTrash(parts),
    ...checkVolumes(parts),
  ];
}

function checkPartials({ paths }: CheckParts): readonly Problem[] {
  return stalePartials(paths.root).map((path) => ({
    code: 'PARTIAL_STALE',
    severity: 'warning',
    message: `A pull was broken off more than a day ago and left the partial blob "${path}"`,
    remedy: 'It is deleted.',
    repair: () => void dropPartial(path),
  }));
}

function checkTrash({ paths }: CheckParts): readonly Problem[] {
  const count = readdirSync(paths.trash).length;
  if (count === 0) return [];
  return [
    {
      code: 'TRASH_LEFT',
      severity: 'warning',
      message: `${count} removed things are not yet deleted from "${paths.trash}"`,
      remedy: 'They are deleted.',
      repair: async () => void (await emptyTrash(paths.trash)),
    },
  ];
}

function checkVolumes({ paths, volumes }: CheckParts): readonly Problem[] {
  const records = volumes.list();
  const lost = records
    .filter(({ mountpoint }) => !existsSync(mountpoint))
    .map(
      ({ name, mountpoint }): Problem => ({
        code: 'VOLUME_FOLDER_MISSING',
        severity: 'error',
        message: `Volume "${name}" has no folder "${mountpoint}"`,
        remedy: 'An empty folder is made.',
        repair: () => void mkdirSync(mountpoint, { recursive: true }),
      }),
    );
  const known = new Set(records.map(({ name }) => name));
  const stray = readdirSync(paths.volumes)
    .filter((name) => !known.has(name))
    .map(
      (name): Problem => ({
        code: 'VOLUME_STRAY',
        severity: 'warning',
        message: `No volume is recorded for the folder "${join(paths.volumes, name)}"`,
        remedy: 'It is recorded as a volume again, since it may hold data.',
        repair: () => void volumes.create(name),
      }),
    );
  return [...lost, ...stray];
}
