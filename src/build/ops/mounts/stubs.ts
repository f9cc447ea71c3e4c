// Mount points in the layer: the launcher takes its own away, but leaves those of the kernel's trees, as BuildKit does.

import { lstatSync, readdirSync, rmdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeMount } from '../../../oci/index.ts';
import type { LayerDraft, TreeView } from '../../../store/index.ts';

/** Takes away an empty folder that was made for the kernel's trees, where a mount of the step lies in it: BuildKit cleans up after those. */
export function removeStubs(view: TreeView, draft: LayerDraft, mounts: readonly RuntimeMount[]): void {
  const tops = ['/dev', '/proc', '/sys'].filter((top) =>
    mounts.some(({ destination }) => destination.startsWith(`${top}/`)),
  );
  for (const top of tops.filter((one) => view.lstat(one) === undefined)) removeEmpty(draft.upper, top);
}

function removeEmpty(upper: string, top: string): void {
  const folder = join(upper, top);
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() || readdirSync(folder).length > 0) return;
  const { atime, mtime } = lstatSync(upper);
  rmdirSync(folder);
  utimesSync(upper, atime, mtime);
}
