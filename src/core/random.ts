// Random bytes from the kernel, without Node's `crypto`, whose loading each start would pay.

import { closeSync, openSync, readSync } from 'node:fs';

/** That many random bytes. */
export function randomBytes(count: number): Buffer {
  const bytes = Buffer.alloc(count);
  const source = openSync('/dev/urandom', 'r');
  try {
    for (let got = 0; got < count; ) got += readSync(source, bytes, got, count - got, null);
  } finally {
    closeSync(source);
  }
  return bytes;
}

/** A random whole number from `least` to below `end`, each as likely up to one part in a million. */
export function randomInt(least: number, end: number): number {
  return least + (randomBytes(6).readUIntBE(0, 6) % (end - least));
}
