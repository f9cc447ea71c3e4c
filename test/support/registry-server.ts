// The registry server, in this process or as a process of its own, on a free loopback port with its content in a folder that is gone afterwards.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createRegistryServer,
  openFolderStorage,
  type RegistryServerOptions,
} from '../../src/registry/server/index.ts';
import { foreignStorage, noForeignS3 } from './s3-foreign.ts';

/** A registry to push to. */
export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly domain: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly root: string;
  /** What it complained of. */
  readonly warnings: readonly string[];
  readonly reloadTls: () => Promise<void>;
}

/** Starts the server in this process; on a bucket where the environment names one. */
export async function registryServer(
  options: Partial<RegistryServerOptions> & {
    readonly mostUploads?: number;
    readonly within?: string;
    /** A folder of the caller's, which stays. */
    readonly root?: string;
  } = {},
): Promise<TestRegistry> {
  const { mostUploads, within = '/var/tmp', ...rest } = options;
  const folder = mkdtempSync(join(within, 'caisson-registry-'));
  const root = options.root ?? join(folder, 'registry');
  const warnings: string[] = [];
  const warn = (message: string, error: unknown): void => void warnings.push(`${message}: ${String(error)}`);
  const bound = mostUploads === undefined ? {} : { mostUploads };
  const own = noForeignS3 ? await openFolderStorage({ root, warn, ...bound }) : await foreignStorage(bound);
  const cleanUp = async (): Promise<void> => {
    await own[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const server = createRegistryServer({ storage: own, warn, ...rest });
    const { host, port, url } = await server.listen('127.0.0.1:0');
    return {
      domain: `${host}:${port}`,
      url,
      root,
      warnings,
      reloadTls: server.reloadTls,
      async [Symbol.asyncDispose]() {
        await server.close();
        await cleanUp();
      },
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

/** A registry that can be killed and started again on its content. */
export interface RegistryProcess extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, the same one after each start. */
  readonly url: string;
  readonly root: string;
  readonly pid: () => number;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** Sends a signal (SIGKILL), and gives the exit code when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `caisson registry serve` as a process of its own; `args` are further flags. */
export async function registryProcess(args: readonly string[] = []): Promise<RegistryProcess> {
  const root = mkdtempSync('/var/tmp/caisson-registry-');
  let child: ChildProcess | undefined;
  let address = '127.0.0.1:0';
  const start = async (): Promise<void> => {
    const flags = ['registry', 'serve', '--root', root, '--addr', address, ...args];
    child = spawn(program, flags, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, CAISSON_ROOT: root },
    });
    address = await listening(child);
  };
  const stop = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> => {
    const ending = child;
    if (!ending) return null;
    child = undefined;
    if (ending.exitCode === null && ending.signalCode === null) {
      const ended = once(ending, 'exit');
      ending.kill(signal);
      await ended;
    }
    return ending.exitCode;
  };
  const dispose = async (): Promise<void> => {
    await stop();
    rmSync(root, { recursive: true, force: true });
  };
  await start().catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  return {
    url: `http://${address}`,
    root,
    pid: () => child?.pid ?? 0,
    start,
    stop,
    [Symbol.asyncDispose]: dispose,
  };
}

const program = fileURLToPath(new URL('../../bin/caisson', import.meta.url));

/** The address that the server says it listens on. */
async function listening(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const piece of child.stdout?.setEncoding('utf8') ?? []) {
    said += String(piece);
    const address = /at https?:\/\/(\S+)\n/.exec(said)?.[1];
    if (address) return address;
  }
  throw new Error(`The registry did not start: ${said}`);
}
