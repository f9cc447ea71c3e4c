// Bundles on disk for OCI runtimes: config.json, the folder its root is mounted on, and how the runtime was called.

import { accessSync, constants, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { CaissonError, errnoOf } from '../../core/index.ts';
import type { RuntimeSpec } from '../../oci/index.ts';
import { launcherPath } from '../launcher/index.ts';
import type { Bundle } from '../types.ts';

/** A container given to an OCI runtime: kept in its bundle, so that other processes can enter it. */
export interface ExternalBundle {
  readonly directory: string;
  /** The runtime's file. */
  readonly program: string;
  /** Where the runtime keeps its state (`--root`). */
  readonly state: string;
  readonly id: string;
}

/** Writes the bundle into `directory`; throws `RUNTIME_NOT_FOUND`. */
export function writeBundle(
  { id, spec, init }: Bundle,
  place: { readonly directory: string; readonly runtime: string; readonly state: string },
): ExternalBundle {
  const { directory, runtime, state } = place;
  const bundle = { directory, program: findRuntime(runtime), state, id };
  mkdirSync(join(directory, 'rootfs'), { recursive: true });
  mkdirSync(state, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, 'config.json'), configJson(init ? withInit(spec) : spec, id), {
    mode: 0o600,
  });
  writeFileSync(join(directory, 'runtime.json'), JSON.stringify(bundle), { mode: 0o600 });
  return bundle;
}

/** The bundle that {@link writeBundle} left in `directory`; undefined where a container has none. */
export function readBundle(directory: string): ExternalBundle | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'runtime.json'), 'utf8')) as ExternalBundle;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** JSON as OCI runtimes read it: an infinite limit is the largest unsigned number. */
export function runtimeJson(value: unknown): string {
  const infinite = (_key: string, part: unknown) => (part === Number.POSITIVE_INFINITY ? INFINITE : part);
  return JSON.stringify(value, infinite).replaceAll(`"${INFINITE}"`, '18446744073709551615');
}

const INFINITE = '\u0001infinite\u0001';

function configJson(spec: RuntimeSpec, id: string): string {
  const { linux, root } = spec;
  const cgroupsPath = linux.cgroupsPath ?? `/caisson/${id}`;
  // Older runtimes refuse newer versions, though nothing here needs one.
  const ociVersion = '1.0.2';
  return runtimeJson({
    ...spec,
    ociVersion,
    root: { ...root, path: 'rootfs' },
    linux: { ...linux, cgroupsPath },
  });
}

const INIT = '/sbin/caisson-init';

/** The launcher's own init, bound into the container as Docker binds its. */
function withInit(spec: RuntimeSpec): RuntimeSpec {
  const mount = { destination: INIT, type: 'bind', source: launcherPath(), options: ['bind', 'ro'] };
  const { process, mounts } = spec;
  return {
    ...spec,
    mounts: [...mounts, mount],
    process: { ...process, args: [INIT, 'init', ...process.args] },
  };
}

/** The runtime's file, by its path or its name on the PATH. */
function findRuntime(name: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  const candidates = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name));
  const program = name.includes('/') && !isAbsolute(name) ? undefined : candidates.find(isProgram);
  if (program !== undefined) return program;
  throw new CaissonError('RUNTIME_NOT_FOUND', `There is no runtime '${name}' on this machine`, {
    hint: "Install it, or leave '--runtime' out to use the built-in launcher.",
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isAbsolute(path) && statSync(path).isFile();
  } catch {
    return false;
  }
}
