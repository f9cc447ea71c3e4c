// A registry run with access control, logs and the rest, in this process, for tests.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scope } from '../../../src/core/index.ts';
import {
  createRegistryServer,
  type OperationSettings,
  openFolderStorage,
  operate,
  type RegistryStorage,
} from '../../../src/registry/server/index.ts';

/** A running registry. */
export interface OperatedRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly domain: string;
  readonly url: string;
  /** Its own, without what is put around it. */
  readonly storage: RegistryStorage;
  readonly warnings: readonly string[];
  /** The path of a file in its folder. */
  readonly file: (name: string) => string;
}

/** Runs a registry; `files` are written into a folder first, and settings may name them by `file(name)`. */
export async function operatedRegistry(
  files: Readonly<Record<string, string>>,
  settings: (file: (name: string) => string) => Omit<OperationSettings, 'warn'>,
): Promise<OperatedRegistry> {
  const folder = mkdtempSync('/var/tmp/caisson-operated-');
  const file = (name: string): string => join(folder, name);
  for (const [name, text] of Object.entries(files)) writeFileSync(file(name), text);
  const warnings: string[] = [];
  const warn = (message: string, error: unknown): void => void warnings.push(`${message}: ${String(error)}`);
  await using scope = new Scope();
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  const storage = scope.use(await openFolderStorage({ root: file('registry'), warn }));
  const operation = scope.use(await operate(storage, { ...settings(file), warn }));
  const server = scope.use(createRegistryServer({ ...operation, warn }));
  const { host, port, url } = await server.listen('127.0.0.1:0');
  const opened = scope.move();
  return {
    domain: `${host}:${port}`,
    url,
    storage,
    warnings,
    file,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
