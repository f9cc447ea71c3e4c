// Debian packages: dpkg's status file, and status.d of images without dpkg.

import { distroOf } from './distribution.ts';
import type { Cataloger } from './types.ts';

const largest = 128 * 1024 * 1024;

/** Installed packages of dpkg's database. */
export const dpkg: Cataloger = {
  wants: (path) =>
    path === '/var/lib/dpkg/status' ||
    (path.startsWith('/var/lib/dpkg/status.d/') && !path.endsWith('.md5sums')),
  read: ({ path, read }, distribution) =>
    read(largest)
      .toString()
      .split(/\n(?:[ \t]*\n)+/)
      .flatMap((paragraph) => {
        const fields = fieldsOf(paragraph);
        const [name, version] = [fields.get('package'), fields.get('version')];
        const status = fields.get('status') ?? 'install ok installed';
        if (!name || !version || !/\binstalled$/.test(status)) return [];
        return {
          type: 'deb',
          namespace: distribution.id || 'debian',
          name,
          version,
          qualifiers: {
            arch: fields.get('architecture'),
            distro: distroOf(distribution),
            upstream: upstreamOf(fields.get('source')),
          },
          supplier: fields.get('maintainer'),
          path,
        };
      }),
};

/** Fields of a control file by their names in lower case; of those over several lines the first. */
function fieldsOf(paragraph: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of paragraph.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && !/^[ \t]/.test(line))
      fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return fields;
}

/** `glibc (2.36-9)` is the source package, with its version where that is another. */
function upstreamOf(source: string | undefined): string | undefined {
  return source?.replace(/^(\S+) \((.+)\)$/, '$1@$2');
}
