// Device rules brought to their effect: one default and the devices that are exceptions to it.

import type { RuntimeDeviceRule } from '../../oci/index.ts';

/** A device, or all of a type or major number, and the accesses (`r`, `w`, `m`) in which it differs from the default. */
export interface DeviceException {
  readonly type: 'c' | 'b';
  readonly major: number | undefined;
  readonly minor: number | undefined;
  readonly access: string;
}

/** What a list of rules comes to. */
export interface DevicePolicy {
  readonly allowByDefault: boolean;
  readonly exceptions: readonly DeviceException[];
}

const device = (major: number, minor?: number): RuntimeDeviceRule => ({
  allow: true,
  type: 'c',
  major,
  ...(minor === undefined ? {} : { minor }),
  access: 'rwm',
});

/** Every runtime allows these: making any node, null, random, full, tty, zero, urandom, pseudo terminals. */
const runtimeRules: readonly RuntimeDeviceRule[] = [
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  device(1, 3),
  device(1, 8),
  device(1, 7),
  device(5, 0),
  device(1, 5),
  device(1, 9),
  device(136),
  device(5, 2),
];

/** The rules of a spec with those that runc adds to every container. */
export function withRuntimeDevices(rules: readonly RuntimeDeviceRule[]): readonly RuntimeDeviceRule[] {
  return [...rules, ...runtimeRules];
}

/** Applies rules in order, as the kernel's version 1 controller does: a rule for everything starts anew. */
export function devicePolicy(rules: readonly RuntimeDeviceRule[]): DevicePolicy {
  let allowByDefault = true;
  const exceptions = new Map<string, DeviceException>();
  for (const { allow, type = 'a', major, minor, access = 'rwm' } of rules) {
    if (type === 'a') {
      allowByDefault = allow;
      exceptions.clear();
      continue;
    }
    const key = `${type} ${major ?? '*'}:${minor ?? '*'}`;
    const before = exceptions.get(key)?.access ?? '';
    const after = allow === allowByDefault ? without(before, access) : union(before, access);
    if (after === '') exceptions.delete(key);
    else exceptions.set(key, { type, major, minor, access: after });
  }
  return { allowByDefault, exceptions: [...exceptions.values()] };
}

/** A version 1 line: `c 1:3 rwm`. */
export function deviceLine({ type, major, minor, access }: DeviceException): string {
  return `${type} ${major ?? '*'}:${minor ?? '*'} ${access}`;
}

function union(a: string, b: string): string {
  return [...'rwm'].filter((letter) => a.includes(letter) || b.includes(letter)).join('');
}

function without(a: string, b: string): string {
  return [...a].filter((letter) => !b.includes(letter)).join('');
}
