// The mount options of the runtime-spec as numbers: flags of mount(2), attributes of mount_setattr(2), propagation.

import { MOUNT_ATTR, MS } from './constants.ts';

/** Options taken apart; `data` is what the file system itself reads. */
export interface MountOptions {
  readonly bind: boolean;
  readonly recursive: boolean;
  /** Flags of mount(2), without bind and propagation. */
  readonly flags: number;
  /** Attributes a bind mount gets and loses. */
  readonly set: number;
  readonly clear: number;
  /** Propagation flags of mount(2); 0: none asked for. */
  readonly propagation: number;
  readonly data: string;
}

interface Flag {
  readonly flag: number;
  readonly attribute: number;
  /** Other attributes that go when this one comes. */
  readonly replaces?: number;
  readonly clears?: boolean;
}

/** Reads options in order; later ones win. */
export function parseMountOptions(options: readonly string[] = []): MountOptions {
  const parsed = { bind: false, recursive: false, flags: 0, set: 0, clear: 0, propagation: 0 };
  const data: string[] = [];
  for (const option of options) {
    if (option === 'bind' || option === 'rbind') {
      parsed.bind = true;
      parsed.recursive ||= option === 'rbind';
    } else if (Object.hasOwn(propagations, option)) {
      parsed.propagation = propagations[option] ?? 0;
    } else if (Object.hasOwn(flags, option)) {
      applyFlag(parsed, flags[option]);
    } else if (!ignored.has(option)) data.push(option);
  }
  return { ...parsed, data: data.join(',') };
}

function applyFlag(parsed: { flags: number; set: number; clear: number }, flag: Flag | undefined): void {
  if (flag === undefined) return;
  const { attribute, replaces = attribute } = flag;
  parsed.flags = flag.clears ? parsed.flags & ~flag.flag : parsed.flags | flag.flag;
  parsed.set = (parsed.set & ~replaces) | (flag.clears ? 0 : attribute);
  parsed.clear |= replaces;
}

function pair(on: string, off: string, flag: number, attribute: number): [string, Flag][] {
  return [
    [on, { flag, attribute }],
    [off, { flag, attribute, clears: true }],
  ];
}

const flags: Readonly<Record<string, Flag>> = Object.fromEntries([
  ...pair('ro', 'rw', MS.RDONLY, MOUNT_ATTR.RDONLY),
  ...pair('nosuid', 'suid', MS.NOSUID, MOUNT_ATTR.NOSUID),
  ...pair('nodev', 'dev', MS.NODEV, MOUNT_ATTR.NODEV),
  ...pair('noexec', 'exec', MS.NOEXEC, MOUNT_ATTR.NOEXEC),
  ...pair('nodiratime', 'diratime', MS.NODIRATIME, MOUNT_ATTR.NODIRATIME),
  ...pair('nosymfollow', 'symfollow', MS.NOSYMFOLLOW, MOUNT_ATTR.NOSYMFOLLOW),
  ...pair('sync', 'async', MS.SYNCHRONOUS, 0),
  ['dirsync', { flag: MS.DIRSYNC, attribute: 0 }],
  ['noatime', { flag: MS.NOATIME, attribute: MOUNT_ATTR.NOATIME, replaces: MOUNT_ATTR.ATIME }],
  ['relatime', { flag: MS.RELATIME, attribute: MOUNT_ATTR.RELATIME, replaces: MOUNT_ATTR.ATIME }],
  ['strictatime', { flag: MS.STRICTATIME, attribute: MOUNT_ATTR.STRICTATIME, replaces: MOUNT_ATTR.ATIME }],
]);

/** How mounts spread to other namespaces (runtime-spec, config.md#mounts and rootfsPropagation), as flags of mount(2). */
export const propagations: Readonly<Record<string, number>> = {
  private: MS.PRIVATE,
  rprivate: MS.PRIVATE | MS.REC,
  slave: MS.SLAVE,
  rslave: MS.SLAVE | MS.REC,
  shared: MS.SHARED,
  rshared: MS.SHARED | MS.REC,
  unbindable: MS.UNBINDABLE,
  runbindable: MS.UNBINDABLE | MS.REC,
};

/** Accepted and without meaning for the kernel; `newinstance` is what every devpts is. */
const ignored: ReadonlySet<string> = new Set(['defaults', 'newinstance', '']);
