// The flags that say what a container is to be, shared by `run` and `create`.

import { Argument, type Command, Option } from 'commander';
import type { ContainerRequest, MountRequest, PullPolicy } from '../../engine/index.ts';
import { type Platform, parsePlatform } from '../../oci/index.ts';
import { collect, envFileLines, pairs, parseNumber, parseSize, parseWhole } from './collect.ts';
import { parseMount, parseTmpfs, parseVolume } from './mounts.ts';

/** The parsed flags. */
export interface ContainerFlags {
  readonly name?: string;
  readonly env?: readonly string[];
  readonly envFile?: readonly string[];
  readonly label?: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
  readonly hostname?: string;
  readonly entrypoint?: string;
  readonly tty?: boolean;
  readonly interactive?: boolean;
  readonly init?: boolean;
  readonly readOnly?: boolean;
  readonly rm?: boolean;
  readonly privileged?: boolean;
  readonly mounts?: readonly MountRequest[];
  readonly network: string;
  readonly publish?: readonly string[];
  readonly publishAll?: boolean;
  readonly addHost?: readonly string[];
  readonly dns?: readonly string[];
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly securityOpt?: readonly string[];
  readonly ulimit?: readonly string[];
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly cpus?: number;
  readonly cpuShares?: number;
  readonly cpusetCpus?: string;
  readonly pidsLimit?: number;
  readonly shmSize?: number;
  readonly stopSignal?: string;
  readonly stopTimeout?: number;
  readonly runtime?: string;
  readonly pull: PullPolicy;
  readonly platform?: Platform;
  readonly quiet?: boolean;
}

/** Adds the flags and the arguments IMAGE and COMMAND to `command`. */
export function addContainerOptions(command: Command): Command {
  const mounts: MountRequest[] = [];
  const mountWith = (parse: (text: string) => MountRequest) => (text: string) => {
    mounts.push(parse(text));
    return mounts;
  };
  return command
    .passThroughOptions()
    .addArgument(new Argument('<image>', 'Image to start from'))
    .addArgument(new Argument('[command...]', "Command, in place of the image's"))
    .option('--name <name>', 'Name of the container')
    .option('-e, --env <name=value>', 'Set an environment variable', collect)
    .option('--env-file <file>', 'Read environment variables from a file', collect)
    .option('-l, --label <name=value>', 'Set a label', collect)
    .option('-u, --user <user[:group]>', 'User by name or number')
    .option('-w, --workdir <dir>', 'Working directory')
    .option('-h, --hostname <name>', 'Host name')
    .option('--entrypoint <command>', "Command, in place of the image's entry point")
    .option('-t, --tty', 'Give it a terminal')
    .option('-i, --interactive', 'Keep standard input open')
    .option('--init', 'Run an init that reaps processes and forwards signals')
    .option('--read-only', 'Mount the root file system read-only')
    .option('--rm', 'Remove the container when it exits')
    .option('--privileged', 'Give it all capabilities and devices')
    .addOption(
      mountOption(
        '-v, --volume <[source:]target[:ro]>',
        'Mount a folder or a volume',
        mountWith(parseVolume),
      ),
    )
    .addOption(
      mountOption(
        '--mount <options>',
        'Mount: type=bind|volume|tmpfs,source=…,target=…',
        mountWith(parseMount),
      ),
    )
    .addOption(mountOption('--tmpfs <dir[:options]>', 'Mount a tmpfs', mountWith(parseTmpfs)))
    .option('--network <mode>', 'bridge, host, none or container:ID', 'bridge')
    .option('-p, --publish <[host:]port>', "Publish a container's port", collect)
    .option('-P, --publish-all', 'Publish all exposed ports on free ports of the host')
    .option('--add-host <name:address>', 'Add a line to /etc/hosts', collect)
    .option('--dns <address>', 'Use this name server', collect)
    .option('--cap-add <capability>', 'Add a capability', collect)
    .option('--cap-drop <capability>', 'Drop a capability', collect)
    .option('--security-opt <option>', 'no-new-privileges, seccomp=unconfined, seccomp=FILE', collect)
    .option('--ulimit <name=soft[:hard]>', 'Set a resource limit', collect)
    .option('-m, --memory <size>', 'Memory limit', parseSize)
    .option('--memory-swap <size>', 'Memory and swap limit together, -1 for no limit on swap', parseSize)
    .option('--cpus <number>', 'How many CPUs it may use', parseNumber)
    .option('-c, --cpu-shares <number>', 'CPU weight relative to others', parseWhole)
    .option('--cpuset-cpus <list>', 'CPUs it may run on: 0-3, 0,1')
    .option('--pids-limit <number>', 'How many processes it may have, -1 for no limit', parseWhole)
    .option('--shm-size <size>', 'Size of /dev/shm', parseSize)
    .option('--stop-signal <signal>', 'Signal that stops it')
    .option('--stop-timeout <seconds>', 'Seconds to wait before it is killed', parseWhole)
    .option('--runtime <name>', 'launcher, runc or crun')
    .addOption(
      new Option('--pull <when>', 'Ask the registry for the image')
        .choices(['always', 'missing', 'never'] satisfies PullPolicy[])
        .default('missing'),
    )
    .option('--platform <os/arch>', "The image's platform, where it has several", parsePlatform)
    .option('-q, --quiet', 'No progress of a pull');
}

function mountOption(
  flags: string,
  description: string,
  parse: (text: string) => readonly MountRequest[],
): Option {
  const option = new Option(flags, description).argParser(parse);
  option.attributeName = () => 'mounts';
  return option;
}

/** The request that the flags and arguments make. */
export function containerRequest(
  image: string,
  command: readonly string[],
  flags: ContainerFlags,
): ContainerRequest {
  return {
    image,
    command,
    ...defined({
      name: flags.name,
      entrypoint:
        flags.entrypoint === undefined ? undefined : flags.entrypoint === '' ? [] : [flags.entrypoint],
      user: flags.user,
      workingDirectory: flags.workdir,
      hostname: flags.hostname,
      shmSize: flags.shmSize,
      stopSignal: flags.stopSignal,
      stopTimeout: flags.stopTimeout,
      runtime: flags.runtime,
      platform: flags.platform,
    }),
    ...switchesOf(flags),
    ...listsOf(flags),
    labels: pairs(flags.label ?? [], false),
    network: flags.network,
    resources: resourcesOf(flags),
  };
}

function switchesOf(flags: ContainerFlags) {
  return {
    terminal: flags.tty ?? false,
    openStdin: flags.interactive ?? false,
    init: flags.init ?? false,
    readOnly: flags.readOnly ?? false,
    autoRemove: flags.rm ?? false,
    privileged: flags.privileged ?? false,
    publishAll: flags.publishAll ?? false,
  };
}

function listsOf(flags: ContainerFlags) {
  return {
    env: [...(flags.envFile ?? []).flatMap(envFileLines), ...(flags.env ?? [])],
    mounts: flags.mounts ?? [],
    publish: flags.publish ?? [],
    extraHosts: flags.addHost ?? [],
    dns: flags.dns ?? [],
    capAdd: flags.capAdd ?? [],
    capDrop: flags.capDrop ?? [],
    securityOptions: flags.securityOpt ?? [],
    ulimits: flags.ulimit ?? [],
  };
}

function resourcesOf(flags: ContainerFlags): ContainerRequest['resources'] {
  const memory = defined({
    limit: flags.memory,
    swap: flags.memorySwap ?? (flags.memory === undefined ? undefined : flags.memory * 2),
  });
  const period = 100_000;
  const cpu = defined({
    shares: flags.cpuShares,
    quota: flags.cpus === undefined ? undefined : Math.round(flags.cpus * period),
    period: flags.cpus === undefined ? undefined : period,
    cpus: flags.cpusetCpus,
  });
  return {
    ...(Object.keys(memory).length > 0 ? { memory } : {}),
    ...(Object.keys(cpu).length > 0 ? { cpu } : {}),
    ...(flags.pidsLimit === undefined ? {} : { pids: { limit: flags.pidsLimit } }),
  };
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
