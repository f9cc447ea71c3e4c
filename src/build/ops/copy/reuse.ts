// Unchanged files of the step's previous layer, which are linked instead of copied.

import { createHash } from 'node:crypto';
import { type ManifestEntry, placementOf, readManifest } from './manifest.ts';
import type { PreparedCopy, PreviousCopy } from './types.ts';

/** Files the previous layer has: of a row, by its number. */
export interface ReusableFiles {
  readonly folder: string;
  has(row: number): boolean;
}

/** Notes in the manifest where the copy puts its files. */
export function recordPlacement(copy: PreparedCopy, target: string): void {
  digestOf(target).copy(placementOf(copy.manifest));
}

/** The rows whose content the layer of `previous` has under the same path: only if it was laid out the same way. */
export function reusableRows(
  copy: PreparedCopy,
  target: string,
  previous: PreviousCopy | undefined,
): ReusableFiles | undefined {
  if (previous === undefined || !placementOf(previous.manifest).equals(digestOf(target))) return undefined;
  const rows = new Uint8Array(copy.files.table.count);
  const before = readManifest(previous.manifest);
  let old = before.next();
  let row = 0;
  for (const entry of readManifest(copy.manifest)) {
    // Both are in the order of the walk: what is missing in one is passed over in the other, and no table of paths is needed.
    while (!old.done && comesBefore(old.value, entry)) old = before.next();
    if (!old.done && old.value.path === entry.path) {
      if (isSameFile(old.value, entry)) rows[row] = 1;
      old = before.next();
    }
    row += 1;
  }
  return { folder: previous.folder, has: (at) => rows[at] === 1 };
}

function digestOf(target: string): Buffer {
  return createHash('sha256').update(target).digest();
}

function isSameFile(old: ManifestEntry, now: ManifestEntry): boolean {
  return old.type === 'file' && now.type === 'file' && old.digest.equals(now.digest);
}

/** By components, as directories are walked. Of sources in another order some files are not found again, and copied. */
function comesBefore(old: ManifestEntry, now: ManifestEntry): boolean {
  return old.path !== now.path && old.path.replaceAll('/', '\0') < now.path.replaceAll('/', '\0');
}
