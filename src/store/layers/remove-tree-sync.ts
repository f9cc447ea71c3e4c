// Removes a tree with names of any bytes; links are removed, never followed.

import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { fsPath } from '../../oci/index.ts';

/** Removes `path` (latin1 bytes) and, if it is a directory, everything below; `gone` hears of each directory removed. */
export function removeTreeSync(path: string, gone: (directory: string) => void = () => {}): void {
  const host = fsPath(path);
  if (!lstatSync(host).isDirectory()) {
    unlinkSync(host);
    return;
  }
  for (const name of readdirSync(host, { encoding: 'latin1' })) removeTreeSync(`${path}/${name}`, gone);
  rmdirSync(host);
  gone(path);
}
