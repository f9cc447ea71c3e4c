// Alpine packages: apk's database of installed packages.

import { distroOf } from './distribution.ts';
import type { Cataloger } from './types.ts';

const largest = 128 * 1024 * 1024;
const places: ReadonlySet<string> = new Set(['/lib/apk/db/installed', '/usr/lib/apk/db/installed']);

/** Installed packages of apk's database. */
export const apk: Cataloger = {
  wants: (path) => places.has(path),
  read: ({ path, read }, distribution) =>
    read(largest)
      .toString()
      .split(/\n\n+/)
      .flatMap((block) => {
        const fields = fieldsOf(block);
        const [name, version] = [fields.get('P'), fields.get('V')];
        if (!name || !version) return [];
        const origin = fields.get('o');
        return {
          type: 'apk',
          namespace: distribution.id || 'alpine',
          name,
          version,
          qualifiers: {
            arch: fields.get('A'),
            distro: distroOf(distribution),
            upstream: origin === name ? undefined : origin,
          },
          license: fields.get('L'),
          supplier: fields.get('m'),
          path,
        };
      }),
};

/** Files of the package have one-letter fields too; the first of each letter is the package's own. */
function fieldsOf(block: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.split('\n'))
    if (line[1] === ':' && !fields.has(line.slice(0, 1))) fields.set(line.slice(0, 1), line.slice(2).trim());
  return fields;
}
