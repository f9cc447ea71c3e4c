// The cgroup hierarchies of this host: version 1, version 2, or some controllers on each.

import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** Where one controller's groups are kept; `version` says which files they have. */
export interface CgroupLocation {
  readonly version: 1 | 2;
  /** The top folder of the hierarchy that this process can see. */
  readonly mount: string;
}

/** The hierarchies of a host. */
export interface CgroupHost {
  /** Controllers (`memory`, `cpu`, `devices`…) by name. */
  readonly controllers: ReadonlyMap<string, CgroupLocation>;
  /** The version 2 hierarchy, even one without controllers. */
  readonly unified: string | undefined;
}

let detected: CgroupHost | undefined;

/** This host's hierarchies; read once. */
export function detectCgroups(): CgroupHost {
  detected ??= parseCgroups(readFileSync('/proc/self/mountinfo', 'utf8'), (path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  });
  return detected;
}

/** Finds the hierarchies in the text of /proc/self/mountinfo; `read` reads a file or gives undefined. */
export function parseCgroups(mountinfo: string, read: (path: string) => string | undefined): CgroupHost {
  const controllers = new Map<string, CgroupLocation>();
  let unified: string | undefined;
  for (const { mount, type, options } of mountinfo.split('\n').flatMap(parseMount)) {
    if (type === 'cgroup2') unified ??= mount;
    if (type !== 'cgroup') continue;
    for (const name of options.filter(isController))
      if (!controllers.has(name)) controllers.set(name, { version: 1, mount });
  }
  for (const name of words(unified && read(posix.join(unified, 'cgroup.controllers'))))
    if (!controllers.has(name)) controllers.set(name, { version: 2, mount: unified ?? '' });
  return { controllers, unified };
}

const known = new Set([
  'cpu',
  'cpuacct',
  'cpuset',
  'memory',
  'devices',
  'freezer',
  'blkio',
  'pids',
  'hugetlb',
]);

/** Super options of a version 1 mount hold its controllers among flags such as `rw` and `name=systemd`. */
function isController(option: string): boolean {
  return known.has(option);
}

interface MountLine {
  readonly mount: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** `36 35 98:0 /root /mount options - type source superoptions`, with spaces in paths as `\040` (proc(5)). */
function parseMount(line: string): readonly MountLine[] {
  const [left = '', right = ''] = line.split(' - ');
  const mount = left.split(' ')[4];
  const [type = '', , options = ''] = right.split(' ');
  if (mount === undefined || !type.startsWith('cgroup')) return [];
  const decoded = mount.replace(/\\(\d{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return [{ mount: decoded, type, options: options.split(',') }];
}

/** The words of a file such as cgroup.controllers. */
export function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
