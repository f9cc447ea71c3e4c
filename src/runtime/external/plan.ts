// Plans that mount a container's root for an OCI runtime and run that runtime as the supervised process.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeProcess } from '../../oci/index.ts';
import { childStep, hiddenSteps, mountpointSteps, rootSteps, type Step, setting } from '../launcher/index.ts';
import type { Bundle } from '../types.ts';
import type { ExternalBundle } from './bundle.ts';

/** How the supervisor serves the container. */
export interface ExternalOptions {
  readonly openStdin: boolean;
  readonly attach: number;
  readonly directory?: string;
  readonly exitCommand?: readonly string[];
}

/** The runtime runs in a mount namespace of its own, in which the root is mounted at the bundle's `rootfs`. */
export function externalPlan(
  container: Bundle,
  bundle: ExternalBundle,
  options: ExternalOptions,
): readonly Step[] {
  const { spec, root } = container;
  const call = [bundle.program, '--root', bundle.state, '--log', logFile(bundle), '--log-format', 'json'];
  const { directory, exitCommand } = options;
  const step = directory === undefined;
  return [
    setting('attach', options.attach),
    ...(step ? [] : [setting('directory-of-container', directory)]),
    ...(step && root.upper !== undefined ? [setting('upper', root.upper)] : []),
    ...(options.openStdin ? [setting('stdin')] : []),
    ...(exitCommand ? [setting('exit-command', ...exitCommand)] : []),
    setting('pid-file', pidFile(bundle)),
    setting('namespaces', MOUNT_NAMESPACE),
    childStep('propagation', RECURSIVE_SLAVE),
    ...hostTerminal(spec.process),
    ...hiddenSteps(container),
    ...rootSteps(root, join(bundle.directory, 'rootfs')),
    ...(step ? mountpointSteps(spec.mounts) : []),
    ...hostCommand([...call, 'run', '--bundle', bundle.directory, '--pid-file', pidFile(bundle), bundle.id]),
    { phase: 'undo', name: 'command', args: [...call, 'delete', '--force', bundle.id] },
  ];
}

/** Another process in the container, by the runtime's own `exec`; `file` holds its description. */
export function externalExecPlan(
  process: RuntimeProcess,
  { program, state, id }: ExternalBundle,
  openStdin: boolean,
  file: string,
): readonly Step[] {
  return [
    setting('outside'),
    ...(openStdin ? [setting('stdin')] : []),
    ...hostTerminal(process),
    ...hostCommand([program, '--root', state, 'exec', '--process', file, id]),
  ];
}

/** Where the runtime writes why it failed. */
export function logFile({ directory }: ExternalBundle): string {
  return join(directory, 'runtime.log');
}

/** The pid of the container's process, once the runtime has made it. */
export function containerPid(bundle: ExternalBundle): number | undefined {
  const file = pidFile(bundle);
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return pid > 0 ? pid : undefined;
}

function pidFile({ directory }: ExternalBundle): string {
  return join(directory, 'pid');
}

const MOUNT_NAMESPACE = 0x00020000;
const RECURSIVE_SLAVE = (1 << 19) | 16384;

/** The runtime passes the bytes of its own terminal on to the container's. */
function hostTerminal({ terminal, consoleSize }: RuntimeProcess): readonly Step[] {
  if (!terminal) return [];
  return [childStep('terminal', '/dev/ptmx', consoleSize?.width ?? 0, consoleSize?.height ?? 0)];
}

function hostCommand(args: readonly string[]): readonly Step[] {
  return [
    childStep('die-with-parent'),
    childStep('environment', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'),
    childStep('exec', ...args),
  ];
}
