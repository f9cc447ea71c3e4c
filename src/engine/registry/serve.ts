// Serving a registry: storage and server put together. It needs nothing of the engine but the place of its folder.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Scope } from '../../core/index.ts';
import type { Limits, OperationSettings, ServerAddress, TlsFiles } from '../../registry/index.ts';
import { defaultRegistryRoot, openPlace, type RegistryPlace } from './place.ts';

/** How a registry is served. */
export interface ServeRequest extends OperationSettings, RegistryPlace {
  /** `127.0.0.1:5000` */
  readonly address: string;
  readonly tls?: TlsFiles;
  readonly readonly?: boolean;
  readonly limits?: Partial<Limits>;
  readonly mostUploads?: number;
}

/** A registry that is being served. */
export interface ServedRegistry {
  readonly address: ServerAddress;
  /** The folder or the bucket. */
  readonly root: string;
  reloadTls(): Promise<void>;
  /** Opens logs anew, for their rotation. */
  reopenLogs(): void;
  /** Lets requests end for `grace` milliseconds. */
  close(options: { readonly grace: number }): Promise<void>;
}

/** Serves a registry until it is closed. Throws `REGISTRY_IN_USE`, `ADDRESS_UNAVAILABLE`, `TLS_INVALID`, `AUTH_INVALID`… */
export async function serveRegistry(request: ServeRequest): Promise<ServedRegistry> {
  const { loadRegistryServer } = await import('../../registry/index.ts');
  const { createRegistryServer, operate } = await loadRegistryServer();
  const { address, root = defaultRegistryRoot(), storage: bucket, mostUploads, ...options } = request;
  await using scope = new Scope();
  const place = bucket === undefined ? { root } : { storage: bucket };
  const storage = scope.use(
    await openPlace(place, {
      serving: true,
      warn: request.warn,
      ...(mostUploads === undefined ? {} : { mostUploads }),
    }),
  );
  const spool = bucket === undefined ? join(root, 'uploads') : tmpdir();
  const operation = scope.use(await operate(storage, { ...options, spool }));
  const server = createRegistryServer({ ...options, ...operation });
  const listening = await server.listen(address);
  const opened = scope.move();
  return {
    root: bucket ?? root,
    address: listening,
    reloadTls: server.reloadTls,
    reopenLogs: operation.reopenLogs,
    async close(end) {
      await server.close(end);
      await opened[Symbol.asyncDispose]();
    },
  };
}
