// The flags that say what the processes of RUN are given: secrets, agents, permissions, limits.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { BuildRequest } from '../../../engine/index.ts';
import { parseUlimit, resourcesOf } from '../../../runtime/index.ts';
import { collect, parseSize, parseWhole } from '../collect.ts';

/** The parsed flags. */
export interface ExecFlags {
  readonly secret?: readonly Secret[];
  readonly ssh?: readonly string[];
  readonly allow?: readonly string[];
  readonly addHost?: readonly string[];
  readonly shmSize?: number;
  readonly ulimit?: readonly string[];
  readonly cgroupParent?: string;
  readonly resource?: readonly string[];
  readonly noCacheFilter?: readonly string[];
}

type ExecPart = Pick<
  BuildRequest,
  'secrets' | 'ssh' | 'allow' | 'noCacheFilter' | 'execSettings' | 'resources'
>;
type Secret = NonNullable<ExecPart['secrets']>[number];

/** Adds the flags to `command`. */
export function addExecOptions(command: Command): Command {
  return addGivenOptions(command)
    .option('--allow <entitlement>', 'Allow network.host, security.insecure or device', collect)
    .option('--add-host <name:address>', 'Add a line to /etc/hosts of RUN steps', collect)
    .option('--shm-size <size>', 'Size of /dev/shm in RUN steps', parseSize)
    .option('--ulimit <name=soft[:hard]>', 'Set a resource limit of RUN steps', collectUlimit)
    .option('--cgroup-parent <group>', 'Control group above those of RUN steps')
    .option('--resource <name=value>', 'Limit of each RUN step: memory=2g, cpu-quota=50000…', collect)
    .addOption(noCacheFilter());
}

/** Adds those of secrets and agents alone. */
export function addGivenOptions(command: Command): Command {
  return command
    .option('--secret <id=…,src=…|env=…>', 'Secret for RUN --mount=type=secret', collectSecret)
    .option('--ssh <id[=socket|key,…]>', 'SSH agent or keys for RUN --mount=type=ssh', collect);
}

/** No negation of a flag `--cache-filter`, as its name would be read. */
function noCacheFilter(): Option {
  const option = new Option('--no-cache-filter <stage,…>', 'Run every step of these stages').argParser(
    collect,
  );
  option.negate = false;
  return option;
}

/** The part of the request that the flags make. */
export function execRequest(flags: ExecFlags): ExecPart {
  const { secret, ssh, allow, resource, noCacheFilter } = flags;
  const settings = settingsOf(flags);
  return {
    ...(secret ? { secrets: secret } : {}),
    ...(ssh ? { ssh: ssh.map(parseSsh) } : {}),
    ...(allow ? { allow } : {}),
    ...(noCacheFilter ? { noCacheFilter: noCacheFilter.flatMap((names) => names.split(',')) } : {}),
    ...(resource ? { resources: parseResources(resource) } : {}),
    ...(Object.keys(settings).length > 0 ? { execSettings: settings } : {}),
  };
}

function settingsOf({
  addHost,
  shmSize,
  ulimit,
  cgroupParent,
}: ExecFlags): NonNullable<ExecPart['execSettings']> {
  return {
    ...(addHost ? { extraHosts: addHost.map(completeHost) } : {}),
    ...(shmSize === undefined ? {} : { shmSize }),
    ...(ulimit ? { ulimits: ulimit } : {}),
    ...(cgroupParent === undefined ? {} : { cgroupParent }),
  };
}

/** Both `name:address` and `name=address` are used. */
function completeHost(text: string): string {
  return text.replace(/^([^:=]+)=/, '$1:');
}

function collectUlimit(text: string, previous: readonly string[] | undefined): readonly string[] {
  try {
    parseUlimit(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
  return collect(text, previous);
}

function collectSecret(text: string, previous: readonly Secret[] | undefined): readonly Secret[] {
  return [...(previous ?? []), parseSecret(text)];
}

/** `id=NAME,src=FILE`, `id=NAME,env=VARIABLE`, with `type=file|env` where `src` is either. */
function parseSecret(text: string): Secret {
  const fields = new Map<string, string>();
  for (const field of text.split(',')) {
    const at = field.indexOf('=');
    if (at < 0) throw new InvalidArgumentError(`invalid field '${field}' must be a key=value pair`);
    const key = field.slice(0, at).toLowerCase();
    if (!['type', 'id', 'source', 'src', 'env'].includes(key))
      throw new InvalidArgumentError(`unexpected key '${key}' in '${field}'`);
    fields.set(key === 'source' ? 'src' : key, field.slice(at + 1));
  }
  return secretOf(fields);
}

function secretOf(fields: ReadonlyMap<string, string>): Secret {
  const [id, type, source, env] = ['id', 'type', 'src', 'env'].map((key) => fields.get(key));
  if (!id) throw new InvalidArgumentError('secret missing ID; write id=NAME.');
  if (type !== undefined && type !== 'file' && type !== 'env')
    throw new InvalidArgumentError(`unsupported secret type "${type}"`);
  if (type === 'env' && env === undefined && source !== undefined) return { id, env: source };
  return { id, ...(source ? { file: source } : {}), ...(env ? { env } : {}) };
}

function parseSsh(text: string): NonNullable<ExecPart['ssh']>[number] {
  const at = text.indexOf('=');
  if (at < 0) return { id: text, paths: [] };
  return { id: text.slice(0, at), paths: text.slice(at + 1).split(',') };
}

const limits = {
  memory: parseSize,
  'memory-swap': parseSize,
  'cpu-shares': parseWhole,
  'cpu-period': parseWhole,
  'cpu-quota': parseWhole,
  'cpuset-cpus': String,
  'cpuset-mems': String,
} as const;

/** `--resource` as buildx takes it: one limit each. */
function parseResources(entries: readonly string[]): NonNullable<ExecPart['resources']> {
  const given = new Map<string, number | string>();
  for (const entry of entries) {
    const [, name = '', value = ''] = /^([^=]+)=(.+)$/.exec(entry) ?? [];
    if (!Object.hasOwn(limits, name))
      throw new InvalidArgumentError(
        `"${entry}" is no limit; give one of ${Object.keys(limits).join(', ')} with a value, like memory=2g.`,
      );
    given.set(name, limits[name as keyof typeof limits](value));
  }
  const number = (name: string): number | undefined => given.get(name) as number | undefined;
  const text = (name: string): string | undefined => given.get(name) as string | undefined;
  const { cpu, ...rest } = resourcesOf(
    defined({
      memory: number('memory'),
      memorySwap: number('memory-swap'),
      cpuShares: number('cpu-shares'),
      cpusetCpus: text('cpuset-cpus'),
      cpusetMems: text('cpuset-mems'),
    }),
  );
  const all = { ...cpu, ...defined({ quota: number('cpu-quota'), period: number('cpu-period') }) };
  return { ...rest, ...(Object.keys(all).length > 0 ? { cpu: all } : {}) };
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
