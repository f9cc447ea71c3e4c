// Scanning a tree for packages: one walk, every file shown to every kind of database. Nothing in the tree is trusted: links are
// not followed, files have a largest size, and a database that cannot be read is named instead of failing the build.

import { setImmediate } from 'node:timers/promises';
import { isCaissonError, messageOf } from '../../../core/index.ts';
import { fromBytePath } from '../../../oci/index.ts';
import type { TreeEntry, TreeView } from '../../../store/index.ts';
import { formatPurl } from '../purl.ts';
import { apk } from './apk.ts';
import { readDistribution } from './distribution.ts';
import { dpkg } from './dpkg.ts';
import { go } from './go.ts';
import { npm } from './npm.ts';
import { python } from './python.ts';
import { rpm } from './rpm.ts';
import type { Cataloger, Distribution, FoundPackage, Scan, ScannedPackage } from './types.ts';

const catalogers: readonly Cataloger[] = [dpkg, apk, rpm, npm, python, go];

/** A hostile image does not fill the memory. */
const mostPackages = 500_000;
const mostUnreadable = 100;
/** The kernel's and the build's own; nothing is installed there. */
const skipped: ReadonlySet<string> = new Set(['/proc', '/sys', '/dev']);

/** The packages of a tree. */
export async function scanTree(view: TreeView): Promise<Scan> {
  const distribution = readDistribution(view);
  const walk: Walk = { view, distribution, found: [], unreadable: [] };
  let seen = 0;
  for (const entry of filesOf(view)) {
    catalogue(walk, entry);
    seen += 1;
    // Progress is drawn and Ctrl-C heard between pieces of the walk.
    if (seen % 2000 === 0) await setImmediate();
  }
  return { distribution, packages: merged(walk.found), unreadable: walk.unreadable };
}

interface Walk {
  readonly view: TreeView;
  readonly distribution: Distribution;
  readonly found: FoundPackage[];
  readonly unreadable: string[];
}

/** Every file, by its own path. */
function* filesOf(view: TreeView): Generator<TreeEntry> {
  const open = ['/'];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const name of view.list(folder)) {
      const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
      if (skipped.has(path)) continue;
      const entry = view.lstat(path);
      if (entry?.type === 'directory') open.push(path);
      else if (entry?.type === 'file') yield entry;
    }
  }
}

function catalogue({ view, distribution, found, unreadable }: Walk, entry: TreeEntry): void {
  for (const cataloger of catalogers) {
    if (!cataloger.wants(entry.path, entry)) continue;
    const path = fromBytePath(entry.path);
    try {
      const read = (limit: number): Buffer => view.read(entry.path, limit) ?? Buffer.alloc(0);
      for (const one of cataloger.read({ path, entry, read }, distribution)) {
        if (found.length >= mostPackages) throw new Error(`The image has more than ${mostPackages} packages`);
        found.push(one);
      }
    } catch (error) {
      const reason = isCaissonError(error, 'FILE_TOO_LARGE') ? 'it is too large' : messageOf(error);
      if (unreadable.length < mostUnreadable) unreadable.push(`${path}: ${reason}`);
    }
  }
}

/** The same package may be told of in several places. */
function merged(found: readonly FoundPackage[]): readonly ScannedPackage[] {
  const byPurl = new Map<string, { readonly first: FoundPackage; readonly paths: Set<string> }>();
  for (const one of found) {
    const purl = formatPurl(one);
    const known = byPurl.get(purl);
    if (known) known.paths.add(one.path);
    else byPurl.set(purl, { first: one, paths: new Set([one.path]) });
  }
  return [...byPurl]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([
        purl,
        {
          first: { path: _, ...about },
          paths,
        },
      ]) => ({ ...about, purl, paths: [...paths].sort() }),
    );
}
