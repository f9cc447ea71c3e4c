// Ids and names of containers.

import { CaissonError, randomBytes, randomInt } from '../../core/index.ts';

/** A new id: 64 hex digits. */
export function newContainerId(): string {
  return randomBytes(32).toString('hex');
}

/** `name` if it may name a container; throws `NAME_INVALID`. */
export function checkedName(name: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/.test(name)) return name;
  throw new CaissonError('NAME_INVALID', `"${name}" cannot name a container`, {
    hint: 'Expected letters, digits, "_", "." and "-", beginning with a letter or digit.',
  });
}

const qualities = [
  'anchored',
  'brisk',
  'calm',
  'deep',
  'even',
  'firm',
  'glad',
  'hardy',
  'keen',
  'level',
  'mild',
  'neat',
  'open',
  'plumb',
  'quiet',
  'ready',
  'sound',
  'tidal',
  'upright',
  'vast',
] as const;
const things = [
  'anchor',
  'barge',
  'bollard',
  'bridge',
  'buoy',
  'crane',
  'dock',
  'ferry',
  'harbour',
  'hull',
  'jetty',
  'keel',
  'lock',
  'mole',
  'pier',
  'quay',
  'slipway',
  'tug',
  'weir',
  'wharf',
] as const;

/** A name for people, likely unused: `calm_jetty_4021`. */
export function randomName(): string {
  return `${qualities[randomInt(0, qualities.length)]}_${things[randomInt(0, things.length)]}_${randomInt(1000, 10_000)}`;
}
