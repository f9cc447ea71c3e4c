// What receiving an archive gathers.

import { statfs } from 'node:fs/promises';
import { CaissonError } from '../../core/index.ts';
import type { ReceivedFile } from '../content/ingest.ts';

/** What a tar was received as. */
export interface Staging {
  readonly folder: string;
  readonly files: Map<string, ReceivedFile>;
  /** Link name to target name; links are never made on disk. */
  readonly links: Map<string, string>;
  /** Bytes that may still be written. */
  readonly room: number;
}

/** Bytes that may be received in `folder`. A bomb stops before it fills the disk: some of what is free stays free. */
export async function roomIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  return Math.max(0, free - Math.min(64 * 1024 * 1024, free / 16));
}

/** Says that there is no room in `folder` for what comes. */
export function archiveTooLarge(name: string, size: number, folder: string): CaissonError {
  const message = `"${name}" has ${size} bytes; no space is left for them on the disk of "${folder}"`;
  return new CaissonError('ARCHIVE_TOO_LARGE', message, {
    hint: 'Free space with `caisson prune`, or choose a root on another disk with --root.',
  });
}
