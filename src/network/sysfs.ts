// Small files of /proc and /sys, which may go away at any time.

import { readFileSync } from 'node:fs';
import { errnoOf } from '../core/index.ts';

/** The text of a file; undefined when it, or the interface it tells of, is not there. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENODEV', 'EINVAL', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
