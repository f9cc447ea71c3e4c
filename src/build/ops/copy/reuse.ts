// Unchanged files of the step's previous layer, which are linked instead of copied.

import { createHash } from 'node:crypto';
import { placementOf, readManifest } from './manifest.ts';
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
  const before = new Map<string, Buffer>();
  for (const { type, path, digest } of readManifest(previous.manifest))
    if (type === 'file') before.set(path, digest);
  const rows = new Uint8Array(copy.files.table.count);
  let row = 0;
  for (const { type, path, digest } of readManifest(copy.manifest)) {
    if (type === 'file' && before.get(path)?.equals(digest)) rows[row] = 1;
    row += 1;
  }
  return { folder: previous.folder, has: (at) => rows[at] === 1 };
}

function digestOf(target: string): Buffer {
  return createHash('sha256').update(target).digest();
}
