// How a registry is reached, as docker (`--insecure`), podman and skopeo (`--tls-verify`) spell it.

import { type Command, InvalidArgumentError } from 'commander';
import { parseGoBoolean } from '../../core/index.ts';
import type { Engine, RegistryRequest } from '../../engine/index.ts';
import { abortOnInterrupt } from '../interrupt.ts';
import { withEngine } from '../session.ts';

/** The flags of {@link addReachOptions}. */
export interface ReachFlags {
  readonly insecure?: boolean;
  readonly tlsVerify?: boolean;
}

/** Adds `--insecure` and `--tls-verify`. */
export function addReachOptions(command: Command): Command {
  return command
    .option('--insecure', 'The registry may speak plain HTTP or have an unknown certificate')
    .option('--tls-verify [bool]', 'As podman has it: =false is --insecure', parseBoolean);
}

/** What the flags say; nothing where none was given. */
export function reachOf({ insecure, tlsVerify }: ReachFlags): { readonly insecure?: boolean } {
  const said = insecure ?? (tlsVerify === undefined ? undefined : !tlsVerify);
  return said === undefined ? {} : { insecure: said };
}

/** Runs `work` with the engine and a request that signals stop. */
export async function withRegistry<T>(
  command: Command,
  flags: ReachFlags,
  work: (engine: Engine, request: RegistryRequest) => Promise<T>,
): Promise<T> {
  using interrupt = abortOnInterrupt();
  return await withEngine(command, (engine) => work(engine, { signal: interrupt.signal, ...reachOf(flags) }));
}

/** A boolean as Go spells it. */
export function parseBoolean(text: string): boolean {
  const value = parseGoBoolean(text);
  if (value === undefined) throw new InvalidArgumentError(`"${text}" is not true or false.`);
  return value;
}
