// The bits of modes that the kernel takes away from new files.

import { readFileSync } from 'node:fs';

/** This process's umask now. Read from /proc: asking with umask(2) would change it for a moment, for all threads. */
export function currentUmask(): number {
  const text = /^Umask:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number.parseInt(text ?? '777', 8);
}
