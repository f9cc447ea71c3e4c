// Builds RUN: its command, mounts and modes.

import type { OptionsFlag, Run } from '../ast.ts';
import type { Building, Writable } from './building.ts';
import { command } from './command.ts';
import { findFlag } from './flags.ts';
import { checkMount, toOptions } from './options.ts';
import { none } from './tokens.ts';

const networkModes = ['', 'default', 'none', 'host'];
const securityModes = ['', 'sandbox', 'insecure'];

/** Builds a RUN. */
export function run(building: Building): Run {
  const { base, heredocs, reporter } = building;
  const mounts = optionsFlags(building, 'mount');
  for (const mount of mounts) checkMount(mount, reporter);
  const network = findFlag(base.flags, 'network');
  const security = findFlag(base.flags, 'security');
  if (network && !networkModes.includes(network.value ?? ''))
    reporter.report('network-mode', network.range, network.value ?? '');
  if (security && !securityModes.includes(security.value ?? ''))
    reporter.report('security-mode', security.range, security.value ?? '');
  const { keyword, flags, range, raw, original, comments } = base;
  const node: Writable<Run> = {
    keyword,
    flags,
    range,
    raw,
    original,
    comments,
    kind: 'run',
    command: command(building),
    heredocs,
    mounts,
    devices: optionsFlags(building, 'device'),
  };
  if (network) node.network = network;
  if (security) node.security = security;
  return node;
}

function optionsFlags({ source, base, reporter }: Building, name: string): readonly OptionsFlag[] {
  if (base.flags.length === 0) return none;
  return base.flags.filter((flag) => flag.name === name).map((flag) => toOptions(source, flag, reporter));
}
