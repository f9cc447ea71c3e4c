// From the names of devices to what a container gets.

import { CaissonError } from '../../../core/index.ts';
import type { RuntimeMount } from '../../../oci/index.ts';
import { type DeviceGrant, deviceGrants } from '../../../runtime/index.ts';
import type { ExecDevice } from '../../mounts.ts';
import { type CdiDevice, type CdiEdits, type CdiMount, type CdiNode, readCdiDevices } from './spec.ts';
import type { GrantedDevices } from './types.ts';

/** Finds the devices; one that is not required and not there is left out. Throws `DEVICE_NOT_FOUND`, `DEVICE_INVALID`, `CDI_INVALID`. */
export function grantDevices(wanted: readonly ExecDevice[], folders?: readonly string[]): GrantedDevices {
  if (wanted.length === 0) return { devices: [], mounts: [], env: [], groups: [] };
  const known = readCdiDevices(folders);
  const found = [...new Set(wanted.flatMap((device) => find(device, known)))];
  const edits = found.flatMap((device) => device.edits);
  if (edits.some(({ hooks }) => hooks?.length)) throw hooksFound(found);
  return {
    devices: edits.flatMap(({ deviceNodes = [] }) => deviceNodes.flatMap(grantNode)),
    mounts: edits.flatMap(({ mounts = [] }) => mounts.map(mountOf)),
    env: edits.flatMap(({ env = [] }) => env),
    groups: edits.flatMap(({ additionalGids = [] }: CdiEdits) => additionalGids),
  };
}

/** By its whole name, or by `vendor/class` for the first, with `=*` for all of that class, or by the class that its annotation gives it. */
function find({ name, required }: ExecDevice, known: readonly CdiDevice[]): readonly CdiDevice[] {
  const [kind = '', device = ''] = splitName(name);
  const ofKind = known.filter((one) => one.name.startsWith(`${kind}=`));
  const found = device === '' ? ofKind.slice(0, 1) : device === '*' ? ofKind : named(ofKind, name, device);
  if (found.length === 0 && required) throw notRegistered(name, known);
  return found;
}

const classAnnotation = 'org.mobyproject.buildkit.device.class';

function named(devices: readonly CdiDevice[], name: string, device: string): readonly CdiDevice[] {
  const exact = devices.filter((one) => one.name === name);
  return exact.length > 0 ? exact : devices.filter((one) => one.annotations[classAnnotation] === device);
}

function splitName(name: string): readonly string[] {
  const [, kind, device] = /^([A-Za-z][\w.-]*\/[A-Za-z][\w.-]*)(?:=(.*))?$/.exec(name) ?? [];
  if (kind !== undefined) return [kind, device ?? ''];
  throw new CaissonError('DEVICE_INVALID', `invalid device "${name}"`, {
    hint: 'Name it as in --device=vendor.com/class=name.',
  });
}

function grantNode({
  path,
  hostPath = path,
  permissions = 'rwm',
  ...owner
}: CdiNode): readonly DeviceGrant[] {
  const { fileMode, uid, gid } = owner;
  const changes = {
    ...(fileMode === undefined ? {} : { fileMode }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  };
  return deviceGrants(hostPath, path, permissions).map(({ device, rule }) => ({
    device: { ...device, ...changes },
    rule,
  }));
}

function mountOf({ hostPath, containerPath, options = ['rbind', 'ro'] }: CdiMount): RuntimeMount {
  const bind = options.some((option) => option === 'bind' || option === 'rbind') ? [] : ['rbind'];
  return { destination: containerPath, type: 'bind', source: hostPath, options: [...bind, ...options] };
}

function notRegistered(name: string, known: readonly CdiDevice[]): CaissonError {
  const names = known.map((device) => device.name).join(', ');
  return new CaissonError('DEVICE_NOT_FOUND', `required device "${name}" is not registered`, {
    hint:
      names === '' ? 'There is no CDI specification in /etc/cdi or /var/run/cdi.' : `There are: ${names}.`,
  });
}

function hooksFound(devices: readonly CdiDevice[]): CaissonError {
  const names = devices.map(({ name }) => name).join(', ');
  return new CaissonError(
    'DEVICE_INVALID',
    `The CDI specification of ${names} asks for hooks on this machine`,
    {
      hint: 'Generate it without hooks: build steps run no programs outside of their container.',
    },
  );
}
