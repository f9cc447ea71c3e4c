// Cache keys: the digest of everything a step's result depends on, kept as named parts so that a miss can be explained.

import { canonicalJson, type Digest, formatPlatform, sha256 } from '../../oci/index.ts';
import { type ExecDevice, type ExecMount, sourcedMounts } from '../mounts.ts';
import type { CopyVertex, ExecSettings, ExecVertex, ImageVertex, InlineFile, MkdirVertex } from '../types.ts';

/** What a key is made of, by name. */
export type KeyParts = Readonly<Record<string, string>>;

/** The key of an empty root (`FROM scratch`): the digest of `scratch`, written out because nothing is hashed while modules load. */
export const emptyRootKey: Digest = 'sha256:5a9cb6b54ea56d52a69891af8c21afb73d3841611bbabb5d7c61312d81e6e041';

/** Changes when the meaning of keys changes, so that records of older versions are not taken for ours. */
const generation = '1';

/** The key of an image: its files, however they are packed; what its config says is in the definitions of the steps that it changes. */
export function imageKey({ chainId }: Pick<ImageVertex, 'chainId'>): Digest {
  return chainId ?? emptyRootKey;
}

/** The part that names a step's base image as people know it: for explanations, no part of the key. */
export const baseImagePart = 'base image';

/** The digest of named parts. */
export function keyOf({ [baseImagePart]: _, ...parts }: KeyParts): Digest {
  return sha256(canonicalJson({ ...parts, generation }));
}

/** The parts of a process's key; variables that must not count are not in it. `trees`: keys of what its mounts show, in their order. */
export function execParts(vertex: ExecVertex, input: Digest, trees: readonly Digest[] = []): KeyParts {
  return {
    instruction: 'RUN',
    args: JSON.stringify(vertex.args),
    cwd: vertex.cwd,
    user: vertex.user,
    network: vertex.network,
    security: vertex.security,
    ...(vertex.foreignPlatform ? { platform: formatPlatform(vertex.foreignPlatform) } : {}),
    input,
    ...environmentParts(vertex.env),
    ...fileParts(vertex.files),
    ...mountParts(vertex.mounts ?? [], trees),
    ...deviceParts(vertex.devices ?? []),
    ...settingParts(vertex.settings ?? {}),
  };
}

/** The parts of a made directory's key. */
export function mkdirParts(vertex: MkdirVertex, input: Digest): KeyParts {
  return {
    instruction: 'WORKDIR',
    destination: vertex.path,
    mode: vertex.mode.toString(8),
    user: vertex.user,
    input,
  };
}

/** The key of a layer put upon a tree without looking at it. */
export function mergeKey(input: Digest, layer: Digest): Digest {
  return keyOf({ instruction: 'LINK', input, layer });
}

/** The parts of a copy's key that its definition gives; `files` are those its sources give: their content, or where they come from. */
export function copyParts(vertex: CopyVertex, input: Digest, files: KeyParts): KeyParts {
  return {
    instruction: vertex.instruction,
    sources: JSON.stringify(vertex.sources),
    destination: vertex.destination,
    chown: vertex.chown ?? '',
    chmod: vertex.chmod ?? '',
    unpack: String(vertex.unpack),
    ...(vertex.parents && { parents: 'true' }),
    ...(vertex.excludes && { excludes: JSON.stringify(vertex.excludes) }),
    ...(vertex.fetched && {
      fetched: JSON.stringify(vertex.fetched.map(({ place, unpack }) => [place, unpack])),
    }),
    input,
    ...files,
  };
}

function environmentParts(environment: readonly string[]): KeyParts {
  const parts = environment.map((entry): [string, string] => {
    const equals = entry.indexOf('=');
    return [`env ${entry.slice(0, equals)}`, entry.slice(equals + 1)];
  });
  return Object.fromEntries(parts);
}

/** The parts of files whose bytes stand in the Dockerfile. */
function fileParts(files: readonly InlineFile[]): KeyParts {
  return Object.fromEntries(files.map((file) => [`heredoc ${file.name}`, sha256(file.content)]));
}

/** Of secrets and caches only where they are mounted counts, never what is in them; of a cache neither its name nor how it is shared. */
function mountParts(mounts: readonly ExecMount[], trees: readonly Digest[]): KeyParts {
  const sourced: readonly ExecMount[] = sourcedMounts(mounts);
  const parts = mounts.map((mount, index): [string, string] => {
    const tree = trees[sourced.indexOf(mount)] ?? '';
    return [`mount ${index + 1} ${placeOf(mount)}`, canonicalJson({ ...countedOf(mount), tree })];
  });
  return Object.fromEntries(parts);
}

function placeOf(mount: ExecMount): string {
  return mount.kind === 'secret' ? (mount.target ?? `secret ${mount.id}`) : mount.target;
}

function countedOf(mount: ExecMount): Readonly<Record<string, unknown>> {
  if (mount.kind === 'bind') return { kind: mount.kind, readOnly: mount.readOnly };
  if (mount.kind !== 'cache') return { ...mount };
  const { kind, readOnly, mode, uid, gid } = mount;
  return { kind, readOnly, mode, uid, gid };
}

function deviceParts(devices: readonly ExecDevice[]): KeyParts {
  return Object.fromEntries(devices.map(({ name, required }) => [`device ${name}`, String(required)]));
}

/** Hosts count by their names: an address may change without a step having to run again. */
function settingParts({ extraHosts, hostname, shmSize, ulimits, cgroupParent }: ExecSettings): KeyParts {
  return {
    ...(extraHosts?.length ? { hosts: extraHosts.map((host) => host.replace(/[:=].*/, '')).join(' ') } : {}),
    ...(hostname === undefined ? {} : { hostname }),
    ...(shmSize === undefined ? {} : { shmSize: String(shmSize) }),
    ...(ulimits?.length ? { ulimits: ulimits.join(' ') } : {}),
    ...(cgroupParent === undefined ? {} : { cgroupParent }),
  };
}
