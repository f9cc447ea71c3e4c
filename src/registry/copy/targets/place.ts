// The place that a target is to have.

import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CaissonError } from '../../../core/index.ts';

/** Throws `TARGET_FOLDER_NOT_FOUND` where the folder that `target` is to be in is not there. */
export function requireParent(target: string): void {
  const parent = dirname(target);
  if (statSync(parent, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new CaissonError(
    'TARGET_FOLDER_NOT_FOUND',
    `"${target}" cannot be written: there is no folder "${parent}"`,
    {
      hint: 'Make the folder first, or name another one.',
    },
  );
}
