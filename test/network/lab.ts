// Networks for tests: roots in a temporary folder, programs inside sandboxes, everything taken away afterwards.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createNetwork, type Network, type Sandbox, type SandboxRequest } from '../../src/network/index.ts';

/** Why tests with real namespaces cannot run here, or false. */
export const unable: string | false = process.getuid?.() === 0 ? false : 'needs root';

/** A network of its own folder, and ways to use it. */
export interface Lab {
  readonly folder: string;
  /** Networks of several roots side by side. */
  readonly root: (name: string) => Network & { readonly runDirectory: string };
  /** Starts a server in a sandbox (or on the host), ready when this resolves. */
  readonly serve: (
    where: Sandbox | undefined,
    protocol: 'tcp' | 'udp',
    name: string,
    port: number,
  ) => Promise<void>;
  /** What a server answered, or `failed: …`. */
  readonly ask: (
    where: Sandbox | undefined,
    protocol: 'tcp' | 'udp',
    host: string,
    port: number,
    source?: string,
  ) => Promise<string>;
}

/** A lab that is gone when the test ends. */
export function openLab(test: TestContext): Lab {
  const folder = mkdtempSync('/var/tmp/caisson-net-');
  const networks = new Map<string, Network & { readonly runDirectory: string }>();
  const servers: ChildProcess[] = [];
  test.after(async () => {
    for (const server of servers) server.kill('SIGKILL');
    for (const network of networks.values()) {
      for (const id of network.list()) await network.remove(id);
      await network.dismantle();
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    root(name) {
      const runDirectory = join(folder, 'run', name);
      const known = networks.get(name);
      const stateDirectory = join(folder, 'state', name);
      mkdirSync(stateDirectory, { recursive: true });
      const network = known ?? { ...createNetwork({ runDirectory, stateDirectory }), runDirectory };
      networks.set(name, network);
      return network;
    },
    serve: (where, protocol, name, port) => serve(servers, where, [`serve-${protocol}`, name, String(port)]),
    ask: (where, protocol, host, port, source) =>
      ask(where, [`ask-${protocol}`, host, String(port), ...(source ? [source] : [])]),
  };
}

/** A bridged sandbox's request. */
export function bridged(id: string, more: Partial<SandboxRequest> = {}): SandboxRequest {
  return { id, mode: { kind: 'bridge' }, hostname: id, ...more };
}

/** Runs a command in a sandbox's namespace; its output, whatever its exit code. */
export function inside(where: Sandbox | undefined, ...command: readonly string[]): Promise<string> {
  const [program = '', ...args] = enter(where, command);
  return new Promise((resolve) => {
    execFile(program, args, (_, stdout, stderr) => resolve((stdout + stderr).trim()));
  });
}

const peer = fileURLToPath(new URL('peer.ts', import.meta.url));

function enter(where: Sandbox | undefined, command: readonly string[]): readonly string[] {
  return where?.namespacePath === undefined
    ? command
    : ['nsenter', `--net=${where.namespacePath}`, ...command];
}

function serve(servers: ChildProcess[], where: Sandbox | undefined, args: readonly string[]): Promise<void> {
  const [program = '', ...rest] = enter(where, [process.execPath, peer, ...args]);
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}`)));
  });
}

function ask(where: Sandbox | undefined, args: readonly string[]): Promise<string> {
  return inside(where, process.execPath, peer, ...args);
}
