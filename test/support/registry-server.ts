// The registry server, in this process or as a process of its own, on a free loopback port with its content in a folder that is gone afterwards.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRegistryServer,
  openFolderStorage,
  type RegistryServerOptions,
} from '../../src/registry/server/index.ts';

/** A registry to push to. */
export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly domain: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly root: string;
  /** What it complained of. */
  readonly warnings: readonly string[];
}

/** Starts the server in this process. */
export async function registryServer(
  options: Partial<RegistryServerOptions> & { readonly mostUploads?: number } = {},
): Promise<TestRegistry> {
  const folder = mkdtempSync('/var/tmp/caisson-registry-');
  const root = join(folder, 'registry');
  const warnings: string[] = [];
  const warn = (message: string, error: unknown): void => void warnings.push(`${message}: ${String(error)}`);
  const { mostUploads, ...rest } = options;
  const own = await openFolderStorage({ root, warn, ...(mostUploads === undefined ? {} : { mostUploads }) });
  const server = createRegistryServer({ storage: own, warn, ...rest });
  const { host, port, url } = await server.listen('127.0.0.1:0');
  return {
    domain: `${host}:${port}`,
    url,
    root,
    warnings,
    async [Symbol.asyncDispose]() {
      await server.close();
      await own[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
