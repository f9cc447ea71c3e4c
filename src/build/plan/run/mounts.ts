// From the fields of RUN's mounts to what the process gets.

import { posix } from 'node:path';
import type { OptionsFlag, Range, Run } from '../../../../grammar/index.ts';
import type { VertexId } from '../../../core/index.ts';
import {
  type BindMount,
  type CacheMount,
  type ExecMount,
  literalSource,
  type MountOwner,
  type SecretMount,
  type SshMount,
} from '../../mounts.ts';
import type { ContextVertex } from '../../types.ts';
import { contextVertex } from '../context.ts';
import { resolveDirectory } from '../paths.ts';
import { ProblemError } from '../problem.ts';
import { addVertex, placeOf } from '../state.ts';
import { expanded, type Step } from '../step.ts';
import { type MountFields, readFields } from './fields.ts';

/** The mounts of a RUN, in the order they are written. Throws `ProblemError` with BuildKit's words. */
export function runMounts(step: Step<Run>): readonly ExecMount[] {
  const { mounts } = step.instruction;
  const made: ExecMount[] = [];
  for (const [index, mount] of mounts.entries()) {
    const sockets = made.filter(({ kind }) => kind === 'ssh').length;
    made.push(resolve(step, mount, { index, sockets }));
  }
  return made;
}

/** Names in the environment whose values come from secrets: what is shown of the step holds stars instead. */
export function secretVariables(mounts: readonly ExecMount[]): readonly (readonly [string, string])[] {
  return mounts.flatMap((mount) =>
    mount.kind === 'secret' && mount.env !== undefined ? [[mount.env, '****'] as const] : [],
  );
}

/** Which of RUN's mounts it is, and how many sockets come before it. */
interface Order {
  readonly index: number;
  readonly sockets: number;
}

function resolve(step: Step<Run>, mount: OptionsFlag, { index, sockets }: Order): ExecMount {
  const at = mount.flag.valueRange ?? mount.flag.range;
  const fields = readFields(mount, (value, range) => expanded(step, value, range));
  checkFields(fields, at);
  if (fields.type === 'secret') return secret(step, fields);
  if (fields.type === 'ssh') return ssh(step, fields, sockets, at);
  const target = targetOf(step, fields.target, at);
  if (fields.type === 'tmpfs')
    return { kind: 'tmpfs', target, size: fields.size, readOnly: fields.readOnly ?? false };
  const source = posix.resolve('/', fields.source);
  if (fields.type === 'cache') return cache(step, fields, { target, source, index });
  const from = fields.from === '' ? contextVertex(step.planning) : originOf(step, index);
  return { kind: 'bind', target, ...treeOf(step, from, source), readOnly: fields.readOnly ?? true };
}

type Tree = Pick<BindMount, 'from' | 'source' | 'copied'>;

/** Files of a stage or an image are mounted where they are; those of a folder of this machine are copied first. */
function treeOf(step: Step<Run>, from: VertexId | undefined, source: string): Tree {
  const vertex = from === undefined ? undefined : step.planning.vertices.get(from);
  if (vertex?.kind !== 'context') return { from, source, copied: false };
  return { from: copiedContext(step, vertex, source), source: copiedTo, copied: true };
}

const copiedTo = '/mount';

/** The files of a context, as a layer of their own: what is ignored is not in it, and the folder itself may change meanwhile. */
function copiedContext(
  { planning, instruction, state }: Step<Run>,
  { id, contextName }: ContextVertex,
  source: string,
): VertexId {
  const { location } = placeOf(planning, state, instruction.range);
  const shown = contextName === 'context' ? 'build context' : `context ${contextName}`;
  return addVertex(planning, {
    kind: 'copy',
    name: `[internal] load ${source} of the ${shown}`,
    slot: `${planning.options.dockerfile.name}|mount|${contextName}|${source}`,
    ...(location === undefined ? {} : { location }),
    instruction: 'COPY',
    input: undefined,
    from: id,
    sources: [literalSource(source)],
    files: [],
    destination: copiedTo,
    chown: undefined,
    chmod: undefined,
    unpack: false,
  });
}

function cache(
  step: Step<Run>,
  fields: MountFields,
  place: { readonly target: string; readonly source: string; readonly index: number },
): CacheMount {
  const { target, source, index } = place;
  const namespace = step.planning.options.buildArgs['BUILDKIT_CACHE_MOUNT_NS'] ?? '';
  const tree = treeOf(step, originOf(step, index), source);
  const name = posix.join('/', namespace, fields.id === '' ? fields.target : fields.id);
  return {
    kind: 'cache',
    target,
    id: name.replace(/(.)\/$/, '$1'),
    sharing: fields.sharing ?? 'shared',
    from: tree.from,
    source: tree.source,
    readOnly: fields.readOnly ?? false,
    ...ownerOf(fields),
  };
}

/** A secret goes to its target, or under /run/secrets where it is no variable. */
function secret(step: Step<Run>, fields: MountFields): SecretMount {
  const id = fields.source || fields.id || posix.basename(fields.target);
  const standard = fields.env === undefined ? `/run/secrets/${posix.basename(id)}` : undefined;
  const target = fields.target === '' ? standard : inDirectory(step, fields.target);
  return { kind: 'secret', id, target, env: fields.env, required: fields.required, ...ownerOf(fields) };
}

function ssh(step: Step<Run>, fields: MountFields, sockets: number, at: Range): SshMount {
  if (fields.source !== '') throw problem('ssh does not support source', at);
  const target =
    fields.target === '' ? `/run/buildkit/ssh_agent.${sockets}` : inDirectory(step, fields.target);
  return { kind: 'ssh', id: fields.id || 'default', target, required: fields.required, ...ownerOf(fields) };
}

function ownerOf({ mode, uid, gid }: MountFields): MountOwner {
  return { mode, uid, gid };
}

function originOf(step: Step<Run>, index: number): VertexId | undefined {
  return step.mountOrigins?.[index]?.vertex;
}

function inDirectory({ state }: Step<Run>, path: string): string {
  return resolveDirectory(state.config.WorkingDir, path);
}

function targetOf(step: Step<Run>, path: string, at: Range): string {
  const target = inDirectory(step, path);
  if (/^\/proc(\/|$)/.test(target))
    throw problem(
      `invalid mount target "${target}"`,
      at,
      'What the kernel tells of processes stays as it is.',
    );
  if (target !== '/') return target;
  throw problem(
    'invalid mount target "/"',
    at,
    'Name a folder below the root, as in target=/src; without one, the working directory is meant.',
  );
}

function checkFields(fields: MountFields, at: Range): void {
  const { type } = fields;
  if (type === 'bind' || type === 'tmpfs') {
    const given = (['mode', 'uid', 'gid'] as const).find((key) => fields[key] !== undefined);
    if (given) throw problem(`${given} not allowed for "${type}" type mounts`, at);
  }
  if (type === 'secret') checkSecret(fields, at);
  if (fields.sharing !== undefined && type !== 'cache')
    throw problem(`invalid cache sharing set for ${type} mount`, at);
}

function checkSecret({ from, sharing, source, target, id }: MountFields, at: Range): void {
  if (from !== '') throw problem('secret mount should not have a from', at);
  if (sharing !== undefined) throw problem('secret mount should not define sharing', at);
  if (source === '' && target === '' && id === '')
    throw problem('invalid secret mount. one of source, target required', at);
  if (source !== '' && id !== '') throw problem("both source and id can't be set", at);
}

function problem(message: string, range: Range, hint?: string): ProblemError {
  return new ProblemError({ code: 'MOUNT_INVALID', message, range, ...(hint === undefined ? {} : { hint }) });
}
