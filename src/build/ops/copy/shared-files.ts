// Finds the files that several selected names share. A context may be full of files with one more name elsewhere (package stores link
// theirs): remembering each would take much memory, so a first look only sets bits.

import type { FileTable } from './file-table.ts';
import type { Selection } from './select.ts';

const bits = 2 ** 24;

/** What tells the files that have more than one name in the selection, as {@link FileDetail.hardlink} has it. */
export function sharedFiles(table: FileTable, selection: Selection): ReadonlySet<string> {
  let seen: Uint8Array | undefined;
  const again = new Set<number>();
  for (const file of linkedFiles(table, selection)) {
    seen ??= new Uint8Array(bits / 8);
    const bit = hashOf(file);
    const mask = 1 << (bit & 7);
    if (((seen[bit >>> 3] ?? 0) & mask) !== 0) again.add(bit);
    else seen[bit >>> 3] = (seen[bit >>> 3] ?? 0) | mask;
  }
  const counts = new Map<string, number>();
  if (again.size > 0)
    for (const file of linkedFiles(table, selection))
      if (again.has(hashOf(file))) counts.set(file, (counts.get(file) ?? 0) + 1);
  return new Set([...counts].flatMap(([file, count]) => (count > 1 ? [file] : [])));
}

function* linkedFiles(table: FileTable, { start, end }: Selection): Generator<string> {
  for (let row = start; row < end; row++) {
    const file = table.hardlink(row);
    if (file !== '') yield file;
  }
}

/** FNV-1a, as many bits as are kept. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) & (bits - 1);
}
