// Plans the device nodes and links of /dev.

import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { RuntimeDevice, RuntimeSpec } from '../../oci/index.ts';
import { childStep, type Step } from './step.ts';

/** Steps for the default devices, the spec's own and the usual links; none where /dev is the host's. */
export function deviceSteps(spec: RuntimeSpec): readonly Step[] {
  const dev = spec.mounts.findLast(({ destination }) => posix.normalize(destination) === '/dev');
  if (dev === undefined || dev.type === 'bind' || dev.options?.some((option) => /^r?bind$/.test(option)))
    return [];
  const given = new Map([...defaults, ...(spec.linux.devices ?? [])].map((device) => [device.path, device]));
  return [
    ...[...given.values()].flatMap(deviceStep),
    ...links.map(([path, target]) => childStep('symlink', path, target)),
  ];
}

function deviceStep({ path, type, major, minor, fileMode, uid, gid }: RuntimeDevice): readonly Step[] {
  return [childStep('device', path, type, fileMode ?? 0o666, major, minor, uid ?? 0, gid ?? 0)];
}

function character(path: string, major: number, minor: number): RuntimeDevice {
  return { path, type: 'c', major, minor };
}

const defaults: readonly RuntimeDevice[] = [
  character('/dev/null', 1, 3),
  character('/dev/random', 1, 8),
  character('/dev/full', 1, 7),
  character('/dev/tty', 5, 0),
  character('/dev/zero', 1, 5),
  character('/dev/urandom', 1, 9),
];

const links: readonly (readonly [path: string, target: string])[] = [
  ['/dev/fd', '/proc/self/fd'],
  ['/dev/stdin', '/proc/self/fd/0'],
  ['/dev/stdout', '/proc/self/fd/1'],
  ['/dev/stderr', '/proc/self/fd/2'],
  ...(existsSync('/proc/kcore') ? [['/dev/core', '/proc/kcore'] as const] : []),
  ['/dev/ptmx', 'pts/ptmx'],
];
