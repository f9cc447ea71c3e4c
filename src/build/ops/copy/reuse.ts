// Unchanged files of the step's previous layer, which are linked instead of copied.

import { createHash } from 'node:crypto';
import { differences } from './manifest.ts';
import type { ManifestEntry } from './record.ts';
import type { PreparedCopy, PreviousCopy } from './types.ts';

/** Files the previous layer has: of a row, by its number. */
export interface ReusableFiles {
  readonly folder: string;
  has(row: number): boolean;
}

/** Notes where the copy puts its files. */
export function recordPlacement(copy: PreparedCopy, target: string): void {
  digestOf(target).copy(copy.placement);
}

/** The rows whose content the layer of `previous` has under the same path: only if it was laid out the same way. */
export function reusableRows(
  copy: PreparedCopy,
  target: string,
  previous: PreviousCopy | undefined,
): ReusableFiles | undefined {
  if (previous === undefined || !previous.placement.equals(digestOf(target))) return undefined;
  const rows = new Uint8Array(copy.files.table.count).fill(1);
  for (const { old, new: now, row } of differences(previous.manifest(), copy.manifest()))
    if (now && !(old && isSameContent(old.entry(), now.entry()))) rows[row] = 0;
  return { folder: previous.folder, has: (at) => rows[at] === 1 };
}

function digestOf(target: string): Buffer {
  return createHash('sha256').update(target).digest();
}

function isSameContent(old: ManifestEntry, now: ManifestEntry): boolean {
  return old.type === 'file' && now.type === 'file' && old.digest.equals(now.digest);
}
