// Entering a failed step: a process with all that the step had, on a view of its files that is gone afterwards.

import { Scope } from '../../core/index.ts';
import type { Network } from '../../network/index.ts';
import type { AttachedStreams, ExitStatus, ResolvedUser, Runtime } from '../../runtime/index.ts';
import type { KeptState, LayerId, Store } from '../../store/index.ts';
import { requireEmulator } from '../ops/emulation.ts';
import { withBundle } from '../ops/exec-bundle.ts';
import { userIn } from '../ops/exec-user.ts';
import { createSshAgents } from '../ops/ssh-agent/index.ts';
import { createSandboxPool } from '../solve/sandboxes.ts';
import type { ExecVertex } from '../types.ts';
import { givenMounts } from './given.ts';
import type { EnterRequest, StepState } from './types.ts';

/** The rooms that entering needs. */
export interface EnterServices {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly network: Network;
}

/**
 * Runs a command in the state of a failed step and gives its exit status; undefined when `streams.detach` ended it. What it
 * writes is gone afterwards. Throws `COMMAND_NOT_FOUND`, `USER_NOT_FOUND`, `SECRET_UNREADABLE`, and what mounts throw.
 */
export async function enterKept(
  kept: KeptState,
  request: EnterRequest,
  { store, runtime, network }: EnterServices,
  streams: AttachedStreams,
): Promise<ExitStatus | undefined> {
  const { vertex, layers, trees, resources, leftOut } = kept.state as StepState;
  if (vertex.foreignPlatform) requireEmulator(vertex.foreignPlatform);
  const tell = (line: string): void => void streams.stderr?.write(`${line}${request.terminal ? '\r' : ''}\n`);
  await using scope = new Scope();
  scope.use(store.lease()).hold(kept.layers);
  const given = givenMounts(vertex, request, tell);
  for (const name of leftOut) tell(`The variable "${name}" was not kept: its value held a password`);
  const sandboxes = scope.use(createSandboxPool(network, store, vertex.settings));
  const draft = store.layers.draft();
  scope.defer(() => store.layers.discard(draft));
  const { detach: signal = new AbortController().signal, ...attached } = streams;
  const user = userOf(store, vertex, layers, request);
  const agents = createSshAgents(request.ssh ?? []);
  const services = { store, runtime, sandboxes, secrets: given.secrets, agents };
  return await withBundle(
    entering({ ...vertex, mounts: given.mounts }, request),
    { layers, draft, trees, user, signal, tell },
    resources === undefined ? services : { ...services, resources },
    async ({ bundle }) => {
      const { terminal } = request;
      const spec = { ...bundle.spec, process: { ...bundle.spec.process, terminal } };
      return runAttached(runtime, { ...bundle, spec }, attached, signal);
    },
  );
}

/** The step's own was looked up before it began; what it wrote may have changed the accounts. */
function userOf(
  store: Store,
  vertex: ExecVertex,
  layers: readonly LayerId[],
  { user }: EnterRequest,
): ResolvedUser {
  return user === undefined ? userIn(store, layers.slice(0, -1), vertex.user) : userIn(store, layers, user);
}

async function runAttached(
  runtime: Runtime,
  bundle: Parameters<Runtime['run']>[0],
  streams: AttachedStreams,
  signal: AbortSignal,
): Promise<ExitStatus | undefined> {
  try {
    return await runtime.run(bundle, { onOutput: () => undefined, streams, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function entering(vertex: ExecVertex, request: EnterRequest): ExecVertex {
  const { command, env, workingDirectory, terminal } = request;
  return {
    ...vertex,
    args: command.length === 0 ? shellOf(vertex) : command,
    env: [...(terminal ? ['TERM=xterm'] : []), ...vertex.env, ...env],
    cwd: workingDirectory ?? vertex.cwd,
  };
}

/** What runs the stage's scripts, without the flags that make it run one: `-c` needs a text, `-e` would end it at the first mistake. */
function shellOf({ shell = [] }: ExecVertex): readonly string[] {
  const flags = shell.findIndex((word) => word.startsWith('-'));
  const program = flags < 0 ? shell : shell.slice(0, flags);
  return program.length === 0 ? ['/bin/sh'] : program;
}
