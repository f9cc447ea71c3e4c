// Paths in the image: always absolute, `/` separated, without `.` and `..`.

import { posix } from 'node:path';

/** What WORKDIR keeps in the config: an absolute path as it is written, a relative one joined to `current`. */
export function joinDirectory(current: string | undefined, path: string): string {
  return path.startsWith('/') ? path : resolveDirectory(current, path);
}

/** The directory that `path` means where `current` is the working directory. */
export function resolveDirectory(current: string | undefined, path: string): string {
  return posix.resolve('/', current ?? '/', path);
}

/** Where a copy goes; a trailing slash (or `/.`) stays as a slash and means a directory. */
export function resolveDestination(current: string | undefined, path: string): string {
  const resolved = resolveDirectory(current, path);
  return /(^|\/)\.?$/.test(path) && resolved !== '/' ? `${resolved}/` : resolved;
}

/** A source of a copy relative to the root of the tree it lies in; it cannot leave it. The root is `.`. */
export function resolveSource(path: string): string {
  return posix.resolve('/', path).slice(1) || '.';
}

/** A source of a copy with `--parents` as `root/./pattern`: the first `/./` of the path is where it is cut, if it has one. */
export function resolveParents(path: string): string {
  const cut = path.indexOf('/./');
  const [root, pattern] = cut < 0 ? ['/', path] : [path.slice(0, cut), path.slice(cut + 3)];
  return `${posix.resolve('/', root).slice(1)}/./${posix.resolve('/', pattern).slice(1)}`;
}
