// A layout that is there already, made by whomever: nothing of it is followed or believed.

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { CaissonError, messageOf } from '../../../core/index.ts';
import { type Index, mediaTypes, sha256 } from '../../../oci/index.ts';
import { parseManifest } from '../parse.ts';
import { manifestLimit } from '../verified.ts';
import { isPartial } from './partial.ts';

/** What is at the place of a layout: an empty folder may have what others are about to add to it. */
export type LayoutState = 'absent' | 'empty' | 'layout';

/** Looks what is at `target`. Throws `TARGET_EXISTS` for something else than a layout. */
export function layoutState(target: string): LayoutState {
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats === undefined) return 'absent';
  if (stats.isDirectory()) {
    if (isFile(join(target, 'oci-layout'))) return isBegun(target) ? 'empty' : 'layout';
    if (readdirSync(target).every(isPartial)) return 'empty';
  }
  throw occupied(target);
}

/** Whether somebody who filled an empty folder did not come to its index: `oci-layout` was his lock. */
function isBegun(target: string): boolean {
  return lstatSync(join(target, 'oci-layout')).size === 0 && !isThere(join(target, 'index.json'));
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function occupied(target: string): CaissonError {
  return new CaissonError('TARGET_EXISTS', `"${target}" exists and is not an OCI layout`, {
    hint: 'Name a folder that does not exist yet, or one that is an OCI layout.',
  });
}

/** The `index.json` of a layout. Throws `LAYOUT_INVALID`. */
export function readIndex(target: string): Index {
  const file = join(target, 'index.json');
  try {
    const bytes = readSmall(file);
    const descriptor = { mediaType: mediaTypes.ociIndex, digest: sha256(bytes), size: bytes.length };
    const parsed = parseManifest({ descriptor, bytes });
    if (parsed.kind === 'index') return parsed.index;
    throw new Error('it is no index');
  } catch (cause) {
    throw invalid(file, messageOf(cause), cause);
  }
}

/** Checks that an index is not larger than anybody reads. Throws `LAYOUT_INVALID`. */
export function checkedIndex(target: string, index: Buffer): Buffer {
  if (index.length <= manifestLimit) return index;
  throw invalid(join(target, 'index.json'), `it would have more than ${manifestLimit} bytes`);
}

/** Nothing is written through a link that a layout of unknown origin holds. */
export function ensureFolder(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) mkdirSync(path);
  else if (!stats.isDirectory())
    throw new CaissonError('TARGET_EXISTS', `"${path}" is not a folder`, {
      hint: 'Copy to another layout, or remove it.',
    });
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Neither through a link nor from a pipe, which would keep us waiting. */
function readSmall(file: string): Buffer {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new Error('it is not a file');
    if (stats.size > manifestLimit) throw new Error(`it has more than ${manifestLimit} bytes`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function invalid(file: string, reason: string, cause?: unknown): CaissonError {
  return new CaissonError('LAYOUT_INVALID', `No image can be added to "${file}": ${reason}`, {
    hint: 'Copy to a folder that does not exist yet, or mend the layout.',
    ...(cause === undefined ? {} : { cause }),
  });
}
