// The network namespaces of one build: made when the first process needs one, reused by later ones, taken away at the end.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scope } from '../../core/index.ts';
import type { Network, NetworkMode, Sandbox } from '../../network/index.ts';
import { newSession, type Store } from '../../store/index.ts';
import type { ExecSettings, ExecVertex } from '../types.ts';
import { sweepBuilds } from './sweep.ts';

/** A network namespace lent to one process at a time, with the files that describe it. */
export interface StepNetwork {
  readonly mode: ExecVertex['network'];
  readonly sandbox: Sandbox;
  readonly hostsFile: string;
  readonly resolvConfFile: string;
}

/** Lends network namespaces to the processes of one build. */
export interface SandboxPool extends AsyncDisposable {
  /** A folder of this build under the store's run directory. */
  readonly directory: string;
  /** Starts making one, so that it is ready when a process comes to run. */
  warm(mode: ExecVertex['network']): void;
  /** Lends a free one to `work`, or a new one. */
  lend<T>(mode: ExecVertex['network'], work: (network: StepNetwork) => Promise<T>): Promise<T>;
}

/** The host name of every build step, BuildKit's. */
const stepHostname = 'buildkitsandbox';

const modes: Readonly<Record<ExecVertex['network'], NetworkMode>> = {
  default: { kind: 'bridge' },
  host: { kind: 'host' },
  none: { kind: 'none' },
};

/** A pool for one build; nothing is made before it is asked for. `settings` say what stands in /etc/hosts. */
export function createSandboxPool(
  network: Network,
  store: Store,
  settings: Pick<ExecSettings, 'extraHosts' | 'hostname'> = {},
): SandboxPool {
  const { extraHosts = [], hostname = stepHostname } = settings;
  const build = `build-${newSession()}`;
  const directory = join(store.runDirectory, build);
  const scope = new Scope();
  const free = new Map<ExecVertex['network'], Promise<StepNetwork>[]>();
  let made = 0;
  const make = async (mode: ExecVertex['network']): Promise<StepNetwork> => {
    const id = `${build}-${made}`;
    if (made++ === 0) await openDirectory(directory, network, store, scope);
    scope.defer(() => network.remove(id));
    const sandbox = await network.create({ id, mode: modes[mode], hostname, extraHosts, purpose: 'build' });
    return writeFiles(mode, sandbox, join(directory, id));
  };
  const idle = (mode: ExecVertex['network']): Promise<StepNetwork>[] => {
    const list = free.get(mode) ?? [];
    free.set(mode, list);
    return list;
  };
  return {
    directory,
    warm(mode) {
      if (free.has(mode)) return;
      const coming = make(mode);
      coming.catch(() => undefined);
      idle(mode).push(coming);
    },
    async lend(mode, work) {
      const taken = idle(mode).shift() ?? make(mode);
      const network = await taken;
      try {
        return await work(network);
      } finally {
        idle(mode).push(taken);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([...free.values()].flat());
      await scope[Symbol.asyncDispose]();
    },
  };
}

async function openDirectory(directory: string, network: Network, store: Store, scope: Scope): Promise<void> {
  mkdirSync(directory, { mode: 0o700 });
  scope.defer(() => rmSync(directory, { recursive: true, force: true }));
  await sweepBuilds(store.runDirectory, network);
}

/** The files are shown read-only to the processes, which may run as any user. */
function writeFiles(mode: ExecVertex['network'], sandbox: Sandbox, stem: string): StepNetwork {
  const files = { hostsFile: `${stem}.hosts`, resolvConfFile: `${stem}.resolv.conf` };
  writeFileSync(files.hostsFile, sandbox.hosts, { mode: 0o644 });
  writeFileSync(files.resolvConfFile, sandbox.resolvConf, { mode: 0o644 });
  return { mode, sandbox, ...files };
}
