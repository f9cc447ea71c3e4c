// The flags that say what to build, shared by `build` and `graph`.

import { type Command, Option } from 'commander';
import type { BuildRequest } from '../../engine/index.ts';
import { hostPlatform, type Platform, parsePlatform } from '../../oci/index.ts';
import { type AttestFlags, addAttestOptions, attestRequest } from './build/attest.ts';
import { addCacheOptions, type CacheFlags, cacheRequest } from './build/cache.ts';
import { checkoutRequest } from './build/checkout.ts';
import { addDebugOptions, type DebugFlags, debugRequest } from './build/debug.ts';
import { addExecOptions, type ExecFlags, execRequest } from './build/exec.ts';
import { addExplainOptions, type ExplainFlags, explainRequest } from './build/explain.ts';
import { addOutputOptions, type OutputFlags, outputRequest } from './build/output.ts';
import { addSourceOptions, type SourceFlags, sourceRequest } from './build/sources.ts';
import { collect, envFileLines, pairs } from './collect.ts';

/** The parsed flags. */
export interface BuildFlags
  extends AttestFlags,
    CacheFlags,
    DebugFlags,
    ExecFlags,
    OutputFlags,
    SourceFlags,
    ExplainFlags {
  readonly tag?: readonly string[];
  readonly buildArg?: readonly string[];
  readonly buildArgFile?: readonly string[];
  readonly pull?: boolean;
  readonly label?: readonly string[];
  readonly target?: string;
  readonly platform?: readonly string[];
  readonly network?: 'default' | 'host' | 'none';
  readonly cache: boolean;
  readonly reproducible?: boolean;
  readonly verify?: boolean;
}

/** Adds the flags and the argument CONTEXT to `command`. */
export function addBuildOptions(command: Command): Command {
  return addOutputOptions(
    addAttestOptions(
      addExplainOptions(addSourceOptions(addDebugOptions(addCacheOptions(addExecOptions(command))))),
    ),
  )
    .option('-t, --tag <name>', 'Name of the image, with or without tag', collect)
    .option('--build-arg <name=value>', 'Set a build argument', collect)
    .option(
      '--build-arg-file <file>',
      'Set build arguments from a file of NAME=value lines; --build-arg wins',
      collect,
    )
    .option('--label <name=value>', 'Set a label of the image', collect)
    .option('--target <stage>', 'Stage to build (default: the last)')
    .option('--platform <os/arch,…>', 'Platforms to build for', collect)
    .addOption(new Option('--network <mode>', 'Network of RUN steps').choices(['default', 'host', 'none']))
    .option('--no-cache', 'Run every step')
    .option('--pull', 'Ask the registry for newer base images')
    .option('--reproducible', 'Keep every time of this machine out of the image')
    .option('--verify', 'Build twice under different conditions, and fail where the images differ');
}

/** The request that the argument and flags make. */
export function buildRequest(context: string, flags: BuildFlags): BuildRequest {
  return {
    ...sourceRequest(context, flags),
    tags: flags.tag ?? [],
    buildArgs: buildArguments(flags),
    ...(flags.pull ? { pull: true } : {}),
    labels: pairs(flags.label ?? [], false),
    ...(flags.target === undefined ? {} : { target: flags.target }),
    ...(flags.platform === undefined ? {} : { platforms: platformsOf(flags.platform) }),
    ...(flags.network === undefined ? {} : { network: flags.network }),
    noCache: !flags.cache,
    ...(flags.reproducible === undefined ? {} : { reproducible: flags.reproducible }),
    ...explainRequest(flags),
    ...execRequest(flags),
    ...debugRequest(flags),
    ...outputRequest(flags),
    ...cacheRequest(flags),
    ...attestRequest(flags),
    checkout: checkoutRequest(process.env),
  };
}

/** Those of files first, in their order; what is given by itself wins. */
function buildArguments({ buildArg = [], buildArgFile = [] }: BuildFlags): Readonly<Record<string, string>> {
  return pairs([...buildArgFile.flatMap(envFileLines), ...buildArg], true);
}

/** Repeated or separated by commas; `local` is this machine's. */
function platformsOf(values: readonly string[]): readonly Platform[] {
  return values
    .flatMap((value) => value.split(','))
    .map((value) => (value === 'local' ? hostPlatform() : parsePlatform(value.trim())));
}
