// Where a target is written until it is whole: beside its place, so that it can be renamed into it.

import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CaissonError, randomBytes } from '../../../core/index.ts';

/** A name for what is not whole yet, of this process and time. */
export function partialName(): string {
  return `.partial-${process.pid}-${randomBytes(4).toString('hex')}`;
}

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
