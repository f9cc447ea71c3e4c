// Follows links as a process would whose root is the directory that an archive is unpacked into.

import { CaissonError } from '../../../core/index.ts';
import { fromBytePath } from '../../../oci/index.ts';
import type { UpperTree } from './upper-tree.ts';

/** As many links as Linux follows in one path. */
const mostLinks = 40;

/** The path that `path`, which lies below `root`, leads to without leaving `root`; it need not exist. Throws `PATH_LINK_LOOP`. */
export function followInside(upper: UpperTree, root: string, path: string): string {
  const base = root === '/' ? '' : root;
  const waiting = path.slice(base.length).split('/').reverse();
  let current = base;
  let links = 0;
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (current !== base) current = current.slice(0, current.lastIndexOf('/'));
      continue;
    }
    const next = `${current}/${name}`;
    const link = upper.linkTarget(next);
    if (link === undefined) {
      current = next;
      continue;
    }
    if (++links > mostLinks) throw tooManyLinks(path);
    if (link.startsWith('/')) current = base;
    waiting.push(...link.split('/').reverse());
  }
  return current || '/';
}

function tooManyLinks(path: string): CaissonError {
  return new CaissonError('PATH_LINK_LOOP', `too many links in "${fromBytePath(path)}"`, {
    hint: 'Remove the link that leads back to itself in an earlier step.',
  });
}
