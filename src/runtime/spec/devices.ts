// Device nodes of containers and the cgroup rules that let processes use them.

import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { CaissonError, splitDevice } from '../../core/index.ts';
import type { RuntimeDevice, RuntimeDeviceRule } from '../../oci/index.ts';

/** A device node and the rule that goes with it. */
export interface DeviceGrant {
  readonly device: RuntimeDevice;
  readonly rule: RuntimeDeviceRule;
}

const allow = (major: number, minor: number): RuntimeDeviceRule => ({
  allow: true,
  type: 'c',
  major,
  minor,
  access: 'rwm',
});

/** Everything forbidden: the rule that stands before all others. */
export const denyAllDevices: RuntimeDeviceRule = { allow: false, access: 'rwm' };
/** Everything allowed, for privileged containers. */
export const allowAllDevices: RuntimeDeviceRule = { allow: true, access: 'rwm' };

/** Docker's rules: zero, null, urandom, random, tty, console; fuse stays shut. */
export const defaultDeviceRules: readonly RuntimeDeviceRule[] = [
  denyAllDevices,
  allow(1, 5),
  allow(1, 3),
  allow(1, 9),
  allow(1, 8),
  allow(5, 0),
  allow(5, 1),
  { allow: false, type: 'c', major: 10, minor: 229, access: 'rwm' },
];

/** The grants for `--device SOURCE:DESTINATION:ACCESS`; a folder gives all devices below it. Throws `DEVICE_NOT_FOUND`, `DEVICE_INVALID`. */
export function deviceGrants(source: string, destination = source, access = 'rwm'): readonly DeviceGrant[] {
  if (!/^[rwm]{1,3}$/.test(access))
    throw new CaissonError(
      'DEVICE_INVALID',
      `The device access '${access}' is not made of 'r', 'w' and 'm'`,
      {
        hint: "Write for example '/dev/fuse:/dev/fuse:rw'.",
      },
    );
  const status = statSync(source, { throwIfNoEntry: false });
  if (!status)
    throw new CaissonError('DEVICE_NOT_FOUND', `The device '${source}' does not exist on this host`, {
      hint: 'Check the path given to --device.',
    });
  if (status.isDirectory()) return walk(source, destination, access);
  const grant = grantOf(status, destination, access);
  if (grant) return [grant];
  throw new CaissonError('DEVICE_INVALID', `'${source}' is not a device node`, {
    hint: 'Use --volume for files and folders.',
  });
}

/** Made afresh in each container, or no devices of the host's. */
const skippedFolders = new Set(['pts', 'shm', 'fd', 'mqueue', '.lxc', '.lxd-mounts', '.udev']);

/** All devices of the host, for privileged containers; the console is left out, as runc makes its own. */
export function hostDevices(): readonly RuntimeDevice[] {
  return walk('/dev', '/dev', 'rwm').map(({ device }) => device);
}

function walk(folder: string, destination: string, access: string): readonly DeviceGrant[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const [source, target] = [`${folder}/${entry.name}`, `${destination}/${entry.name}`];
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : walk(source, target, access);
    if (source === '/dev/console' || !(entry.isCharacterDevice() || entry.isBlockDevice())) return [];
    const status = lstatSync(source, { throwIfNoEntry: false });
    return (status && grantOf(status, target, access)) ?? [];
  });
}

function grantOf(status: Stats, path: string, access: string): DeviceGrant | undefined {
  const type = status.isCharacterDevice() ? 'c' : status.isBlockDevice() ? 'b' : undefined;
  if (!type) return undefined;
  const { major, minor } = splitDevice(BigInt(status.rdev));
  return {
    device: { path, type, major, minor, fileMode: status.mode & 0o7777, uid: status.uid, gid: status.gid },
    rule: { allow: true, type, major, minor, access },
  };
}
