// One step as an operation of LLB (BuildKit's solver/pb/ops.proto), as its JSON form; members with the value 0 are left out.

import type { VertexId } from '../../core/index.ts';
import { formatReference, type Platform, parseReference } from '../../oci/index.ts';
import { inputsOf } from '../graph/index.ts';
import type { ExecMount } from '../mounts.ts';
import type { CopyVertex, ExecVertex, InlineFile, MkdirVertex, Vertex } from '../types.ts';
import { redactText } from './redact.ts';

/** The operation of a step. */
export function opOf(vertex: Exclude<Vertex, { readonly kind: 'config' }>): object {
  switch (vertex.kind) {
    case 'image':
      return source(`docker-image://${fullName(vertex.reference)}@${vertex.manifestDigest}`);
    case 'context':
      return source(`local://${vertex.contextName}`);
    case 'http':
      return source(vertex.url, { 'http.filename': vertex.fileName });
    case 'git':
      return source(`git://${vertex.remote.replace(/^[a-z+]+:\/\//i, '')}#${vertex.ref}`, {
        'git.fullurl': vertex.remote,
      });
    case 'tree':
      return source(`local://${vertex.digest}`);
    case 'merge':
      return { merge: { inputs: inputsOf(vertex).map((_, position) => ({ input: position })) } };
    case 'exec':
      return { exec: exec(vertex) };
    case 'copy':
      return { file: { actions: copyActions(vertex) } };
    case 'mkdir':
      return { file: { actions: [mkdirAction(vertex)] } };
  }
}

/** What the step is for, where that matters. */
export function platformOf(vertex: Vertex, target: Platform): { readonly platform?: object } {
  const platforms: Partial<Record<Vertex['kind'], Platform>> = {
    image: vertex.kind === 'image' ? vertex.platform : target,
    exec: (vertex.kind === 'exec' ? vertex.foreignPlatform : undefined) ?? target,
    copy: target,
    mkdir: target,
  };
  const platform = platforms[vertex.kind];
  if (platform === undefined) return {};
  const { os, architecture, variant } = platform;
  return {
    platform: { Architecture: architecture, OS: os, ...(variant === undefined ? {} : { Variant: variant }) },
  };
}

function source(identifier: string, attrs?: Readonly<Record<string, string>>): object {
  return { source: { identifier, ...(attrs === undefined ? {} : { attrs }) } };
}

/** A named context may be an image that has no reference of its own. */
function fullName(reference: string): string {
  const { digest: _, ...name } = parseReference(reference);
  return formatReference(name);
}

const networks = { default: 0, host: 1, none: 2 } as const;

/** The proxies that it is given are not part of its definition. */
function exec(vertex: ExecVertex): object {
  const { args, env, cwd, user, mounts = [], network, security } = vertex;
  return {
    meta: { args, env, cwd, ...(user === '' ? {} : { user }), removeMountStubsRecursive: true },
    mounts: [
      { dest: '/', ...inputAt(vertex, vertex.input) },
      ...mounts.map((mount) => mountOf(mount, vertex)),
    ],
    ...(network === 'default' ? {} : { network: networks[network] }),
    ...(security === 'sandbox' ? {} : { security: 1 }),
  };
}

/** pb.MountType */
const mountTypes = { bind: 0, secret: 1, ssh: 2, cache: 3, tmpfs: 4 } as const;
const sharings = { shared: 0, private: 1, locked: 2 } as const;

function mountOf(mount: ExecMount, vertex: ExecVertex): object {
  const { kind } = mount;
  const type = kind === 'bind' ? {} : { mountType: mountTypes[kind] };
  switch (kind) {
    case 'bind':
      return {
        dest: mount.target,
        selector: mount.source,
        ...inputAt(vertex, mount.from),
        readonly: mount.readOnly,
        output: -1,
      };
    case 'cache': {
      const cacheOpt = { ID: mount.id, sharing: sharings[mount.sharing] };
      return {
        dest: mount.target,
        selector: mount.source,
        ...inputAt(vertex, mount.from),
        ...type,
        cacheOpt,
        output: -1,
      };
    }
    case 'tmpfs':
      return { dest: mount.target, input: -1, ...type, TmpfsOpt: { size: mount.size ?? 0 }, output: -1 };
    case 'secret':
      return { dest: mount.target ?? '', input: -1, ...type, secretOpt: heldBy(mount) };
    case 'ssh':
      return { dest: mount.target, input: -1, ...type, SSHOpt: heldBy(mount) };
  }
}

/** Only what a secret or an agent is called by, and for whom it is there. */
function heldBy(mount: Extract<ExecMount, { readonly kind: 'secret' | 'ssh' }>): object {
  const { id, mode, uid, gid, required } = mount;
  return {
    ID: id,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(mode === undefined ? {} : { mode }),
    ...(required ? {} : { optional: true }),
  };
}

function inputAt(vertex: Vertex, id: VertexId | undefined): { readonly input?: number } {
  const position = id === undefined ? -1 : inputsOf(vertex).indexOf(id);
  return position === 0 ? {} : { input: position };
}

function mkdirAction({ input, path, mode }: MkdirVertex): object {
  const from = input === undefined ? -1 : 0;
  return {
    input: from,
    secondaryInput: -1,
    output: 0,
    Action: { mkdir: { path, mode, makeParents: true, timestamp: -1 } },
  };
}

/** One action a source; each works on what the one before it gave. */
function copyActions(vertex: CopyVertex): readonly object[] {
  const inputs = inputsOf(vertex);
  const actions = [
    ...vertex.sources.map((path, place) => ({
      secondaryInput: originOf(vertex, place),
      Action: { copy: copy(vertex, path) },
    })),
    ...vertex.files.map((file) => ({ secondaryInput: -1, Action: { mkfile: mkfile(vertex, file) } })),
  ];
  const first = vertex.input === undefined ? -1 : 0;
  return actions.map((action, place) => ({
    input: place === 0 ? first : inputs.length + place - 1,
    output: place === actions.length - 1 ? 0 : -1,
    ...action,
  }));
}

function mkfile({ destination }: CopyVertex, { name, content }: InlineFile): object {
  const path = destination.endsWith('/') ? `${destination}${name}` : destination;
  const data = Buffer.from(redactText(content)).toString('base64');
  return { path, mode: 0o644, data, timestamp: -1 };
}

function originOf(vertex: CopyVertex, place: number): number {
  const from = vertex.fetched?.find((fetched) => fetched.place === place)?.from ?? vertex.from;
  return from === undefined ? -1 : inputsOf(vertex).indexOf(from);
}

function copy({ destination, chmod, chown, excludes, parents, unpack }: CopyVertex, path: string): object {
  return {
    src: path.startsWith('/') ? path : `/${path}`,
    dest: destination,
    ...(chown === undefined ? {} : { owner: chown }),
    mode: /^[0-7]+$/.test(chmod ?? '') ? Number.parseInt(chmod ?? '', 8) : -1,
    ...(chmod === undefined || /^[0-7]+$/.test(chmod) ? {} : { modeStr: chmod }),
    followSymlink: true,
    dirCopyContents: true,
    ...(unpack ? { attemptUnpackDockerCompatibility: true } : {}),
    createDestPath: true,
    allowWildcard: true,
    allowEmptyWildcard: true,
    ...(excludes === undefined ? {} : { exclude_patterns: excludes }),
    ...(parents ? { parents: true } : {}),
    timestamp: -1,
  };
}
