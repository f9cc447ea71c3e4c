// Records of sandboxes: written before anything is made, removed when all is gone.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, errnoOf } from '../core/index.ts';
import type { Layout } from './layout.ts';
import type { SandboxRequest } from './types.ts';

/** What must be known to take a sandbox away. */
export interface SandboxRecord {
  readonly publishes: boolean;
}

/** The file that says that a sandbox exists. */
export function recordPath({ records }: Layout, id: string): string {
  return join(records, `${id}.json`);
}

/** Writes the record of a new sandbox; throws `SANDBOX_EXISTS`. */
export function openRecord(layout: Layout, { id, ports }: SandboxRequest): void {
  const record: SandboxRecord = { publishes: (ports?.length ?? 0) > 0 };
  for (const folder of [layout.records, layout.namespaces])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(recordPath(layout, id), JSON.stringify(record), { flag: 'wx' });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    throw new CaissonError('SANDBOX_EXISTS', `The network sandbox "${id}" exists already`, {
      hint: 'Remove it first, or use another id.',
      cause: error,
    });
  }
}

/** The record of a sandbox; undefined where there is none, or one that a crash left half written. */
export function readRecord(layout: Layout, id: string): SandboxRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordPath(layout, id), 'utf8')) as SandboxRecord;
  } catch {
    return undefined;
  }
}

/** Forgets a sandbox. */
export function removeRecord(layout: Layout, id: string): void {
  rmSync(recordPath(layout, id), { force: true });
}
