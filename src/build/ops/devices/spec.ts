// CDI specifications: what vendors write about their devices into /etc/cdi and /var/run/cdi.
// Source: CNCF Container Device Interface, SPEC.md, version 1.0.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, errnoOf, messageOf } from '../../../core/index.ts';
import { parseYaml } from './yaml.ts';

/** A device node of a container. */
export interface CdiNode {
  readonly path: string;
  readonly hostPath?: string;
  readonly permissions?: string;
  readonly fileMode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** A mount of a container. */
export interface CdiMount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly options?: readonly string[];
}

/** What a container with the device gets. */
export interface CdiEdits {
  readonly env?: readonly string[];
  readonly deviceNodes?: readonly CdiNode[];
  readonly mounts?: readonly CdiMount[];
  readonly hooks?: readonly unknown[];
  readonly additionalGids?: readonly number[];
}

/** One device of a vendor, with what all devices of its file bring. */
export interface CdiDevice {
  /** `vendor.com/class=name` */
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly edits: readonly CdiEdits[];
}

interface CdiSpec {
  readonly kind: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly devices: readonly {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly containerEdits?: CdiEdits;
  }[];
  readonly containerEdits?: CdiEdits;
}

/** Where specifications lie; a device of a later folder stands for one of the same name before. */
const cdiFolders: readonly string[] = ['/etc/cdi', '/var/run/cdi'];

const largest = 4 << 20;

/** All devices, sorted by name. Throws `CDI_INVALID`. */
export function readCdiDevices(folders: readonly string[] = cdiFolders): readonly CdiDevice[] {
  const devices = folders.flatMap(filesIn).flatMap((file) => devicesOf(readSpec(file)));
  return [...new Map(devices.map((device) => [device.name, device])).values()].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

function filesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.(json|ya?ml)$/.test(name));
    return names.sort().map((name) => join(folder, name));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function readSpec(file: string): CdiSpec {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > largest) throw new Error('it is larger than 4 MiB');
    const value = file.endsWith('.json') ? (JSON.parse(text) as unknown) : parseYaml(text);
    if (isSpec(value)) return value;
    throw new Error('it lacks "kind" or "devices"');
  } catch (cause) {
    throw new CaissonError(
      'CDI_INVALID',
      `The CDI specification "${file}" cannot be read: ${messageOf(cause)}`,
      {
        hint: "Generate it again with the tool of the device's vendor.",
        cause,
      },
    );
  }
}

function isSpec(value: unknown): value is CdiSpec {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, devices } = value as Partial<Record<keyof CdiSpec, unknown>>;
  return typeof kind === 'string' && Array.isArray(devices);
}

function devicesOf({ kind, annotations, devices, containerEdits }: CdiSpec): readonly CdiDevice[] {
  return devices.map((device) => ({
    name: `${kind}=${device.name}`,
    annotations: { ...annotations, ...device.annotations },
    edits: [device.containerEdits ?? {}, containerEdits ?? {}],
  }));
}
