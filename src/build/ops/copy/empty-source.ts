// Selecting from an empty root (`FROM scratch`): there is nothing but the root itself.

import type { SourceReader } from './source.ts';

/** Reads a tree in which nothing lies. */
export const emptySource: SourceReader = {
  follow: (path) => (path === '' ? '' : undefined),
  isDirectory: (path) => path === '',
  list: () => [],
  collect(path, name, into) {
    if (path !== '') return false;
    into.add({ name, parent: -1, type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0 });
    return true;
  },
  hint: () => 'The stage it is copied from is empty: nothing was brought into it.',
};
