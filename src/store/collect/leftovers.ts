// What dead processes left: received files, drafts, folders that never got a record.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../database/index.ts';
import type { StorePaths } from '../root.ts';
import { isAlive, sessionOf } from '../session.ts';

/** A file or folder that nothing knows of. */
export interface Leftover {
  readonly kind: 'received' | 'draft' | 'layer' | 'container';
  readonly path: string;
}

/** Finds what dead sessions were writing: two folders are listed, nothing else. */
export function findAbandoned(paths: StorePaths): readonly Leftover[] {
  return [
    ...abandonedIn(paths.ingest).map((path) => ({ kind: 'received' as const, path })),
    ...abandonedIn(paths.drafts).map((path) => ({ kind: 'draft' as const, path })),
  ];
}

function abandonedIn(folder: string): readonly string[] {
  const known = new Map<string, boolean>();
  return readdirSync(folder)
    .filter((name) => {
      const session = sessionOf(name);
      const alive = known.get(session) ?? isAlive(session);
      known.set(session, alive);
      return !alive;
    })
    .map((name) => join(folder, name));
}

/**
 * Finds folders of layers and containers without a record. Call it inside a transaction: a layer's folder and row
 * appear in one, and a container's row comes before its folder.
 */
export function findStray(paths: StorePaths, database: Database): readonly Leftover[] {
  const stray = (folder: string, table: 'layer' | 'container'): readonly string[] => {
    const known = new Set(database.all<{ id: string }>(`SELECT id FROM ${table}`).map((row) => row.id));
    return readdirSync(folder)
      .filter((name) => !known.has(name))
      .map((name) => join(folder, name));
  };
  return [
    ...stray(paths.layers, 'layer').map((path) => ({ kind: 'layer' as const, path })),
    ...stray(paths.containers, 'container').map((path) => ({ kind: 'container' as const, path })),
  ];
}
