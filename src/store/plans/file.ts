// The file of a plan: the digest of all that follows, the key, the plan. A damaged file and one of somebody else are as good as none.

import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, futimesSync, openSync, readFileSync, type Stats } from 'node:fs';

const digestSize = 32;

/** The bytes of a plan's file. */
export function planFile(key: string, plan: Uint8Array): Buffer {
  const body = Buffer.concat([head(key), plan]);
  return Buffer.concat([digestOf(body), body]);
}

/** The plan in a file of at most `largest` bytes; that it was read is noted as its time. Throws what the system says. */
export function readPlanFile(path: string, key: string, largest: number): Buffer | undefined {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() || !isOwn(stats) || stats.size > largest) return undefined;
    const plan = planIn(readFileSync(fd), key);
    const now = new Date();
    if (plan) futimesSync(fd, now, now);
    return plan;
  } finally {
    closeSync(fd);
  }
}

/** Whether only this user could have written it. */
export function isOwn({ uid, mode }: Stats): boolean {
  return uid === process.geteuid?.() && (mode & 0o022) === 0;
}

function planIn(file: Buffer, key: string): Buffer | undefined {
  const body = file.subarray(digestSize);
  const start = head(key);
  const isWhole = digestOf(body).equals(file.subarray(0, digestSize));
  return isWhole && body.subarray(0, start.length).equals(start) ? body.subarray(start.length) : undefined;
}

/** No plan can be had under another key. */
function head(key: string): Buffer {
  return Buffer.from(`${key}\n`);
}

function digestOf(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}
