// Modes and times of checked-out files: what the commit says, not what this machine's umask and clock say.

import { chmodSync, lchownSync, lstatSync, lutimesSync, readdirSync } from 'node:fs';

/** Gives everything below `folder`, and the folder, git's modes (755 and 644), root as owner, and one time in seconds since the epoch. */
export function settleTree(folder: string, seconds: number): void {
  settle(Buffer.from(folder), seconds, process.geteuid?.() === 0);
}

function settle(path: Buffer, seconds: number, asRoot: boolean): void {
  const stat = lstatSync(path);
  if (stat.isDirectory())
    for (const name of readdirSync(path, { encoding: 'buffer' }))
      settle(Buffer.concat([path, Buffer.from('/'), name]), seconds, asRoot);
  if (asRoot) lchownSync(path, 0, 0);
  if (!stat.isSymbolicLink()) chmodSync(path, stat.isDirectory() ? 0o755 : fileMode(stat.mode));
  lutimesSync(path, seconds, seconds);
}

/** Git's own objects cannot be written. */
function fileMode(mode: number): number {
  if (mode & 0o100) return 0o755;
  return mode & 0o200 ? 0o644 : 0o444;
}
