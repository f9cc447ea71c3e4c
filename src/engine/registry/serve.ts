// Serving a registry: storage and server put together. It needs nothing of the engine but the place of its folder.

import { join } from 'node:path';
import { Scope } from '../../core/index.ts';
import type { Limits, OperationSettings, ServerAddress, TlsFiles } from '../../registry/index.ts';
import { defaultRoot } from '../../store/index.ts';

/** How a registry is served. */
export interface ServeRequest extends OperationSettings {
  /** `127.0.0.1:5000` */
  readonly address: string;
  /** Default: `registry` in the root of the store. */
  readonly root?: string;
  readonly tls?: TlsFiles;
  readonly readonly?: boolean;
  readonly limits?: Partial<Limits>;
  readonly mostUploads?: number;
}

/** A registry that is being served. */
export interface ServedRegistry {
  readonly address: ServerAddress;
  readonly root: string;
  reloadTls(): Promise<void>;
  /** Opens logs anew, for their rotation. */
  reopenLogs(): void;
  /** Lets requests end for `grace` milliseconds. */
  close(options: { readonly grace: number }): Promise<void>;
}

/** Where registries are kept that are given no folder. */
export function defaultRegistryRoot(storeRoot: string = defaultRoot()): string {
  return join(storeRoot, 'registry');
}

/** Serves a registry until it is closed. Throws `REGISTRY_IN_USE`, `ADDRESS_UNAVAILABLE`, `TLS_INVALID`, `AUTH_INVALID`. */
export async function serveRegistry(request: ServeRequest): Promise<ServedRegistry> {
  const { loadRegistryServer } = await import('../../registry/index.ts');
  const { createRegistryServer, openFolderStorage, operate } = await loadRegistryServer();
  const { address, root = defaultRegistryRoot(), mostUploads, ...options } = request;
  await using scope = new Scope();
  const storage = scope.use(
    await openFolderStorage({
      root,
      warn: request.warn,
      ...(mostUploads === undefined ? {} : { mostUploads }),
    }),
  );
  const operation = scope.use(await operate(storage, { ...options, spool: join(root, 'uploads') }));
  const server = createRegistryServer({ ...options, ...operation });
  const listening = await server.listen(address);
  const opened = scope.move();
  return {
    root,
    address: listening,
    reloadTls: server.reloadTls,
    reopenLogs: operation.reopenLogs,
    async close(end) {
      await server.close(end);
      await opened[Symbol.asyncDispose]();
    },
  };
}
