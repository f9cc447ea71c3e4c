// Go modules: the build information that the Go linker puts into programs (debug/buildinfo).

import { readBuildInfo } from './go-buildinfo.ts';
import type { Cataloger, FoundPackage } from './types.ts';

/** The smallest program Go makes is larger. */
const smallest = 64 * 1024;

/** Modules of Go programs, and the standard library they were built with. */
export const go: Cataloger = {
  wants: (_, { mode, size }) => (mode & 0o111) !== 0 && size >= smallest,
  read: ({ path, entry }) => {
    const info = readBuildInfo(entry);
    if (info === undefined) return [];
    const version = /^go(\d\S*)/.exec(info.goVersion)?.[1];
    const library =
      version === undefined
        ? []
        : [{ type: 'golang', name: 'stdlib', version, license: 'BSD-3-Clause', path }];
    return [...library, ...modulesOf(info.modules, path)];
  },
};

/** Lines `mod PATH VERSION SUM` and `dep …`; a line `=> …` takes the place of the module before it. */
function modulesOf(text: string, path: string): readonly FoundPackage[] {
  const modules: (readonly [name: string, version: string])[] = [];
  for (const line of text.split('\n')) {
    const [word, name = '', version = ''] = line.split('\t');
    if (word === 'mod' || word === 'dep') modules.push([name, version]);
    else if (word === '=>' && /^[\w.-]+\.[a-z]+\//i.test(name)) modules.splice(-1, 1, [name, version]);
  }
  return modules.filter(([name]) => name !== '').map(([name, version]) => moduleOf(name, version, path));
}

/** What was built from a folder has no version of its own: the linker says `(devel)`. */
function moduleOf(name: string, version: string, path: string): FoundPackage {
  const slash = name.lastIndexOf('/');
  return {
    type: 'golang',
    namespace: name.slice(0, Math.max(0, slash)),
    name: name.slice(slash + 1),
    version: version === '(devel)' ? '' : version,
    path,
  };
}
