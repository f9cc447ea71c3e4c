// Serving a registry: storage and server put together. It needs nothing of the engine but the place of its folder.

import { join } from 'node:path';
import type { Limits, ServerAddress, TlsFiles } from '../../registry/index.ts';
import { defaultRoot } from '../../store/index.ts';

/** How a registry is served. */
export interface ServeRequest {
  /** `127.0.0.1:5000` */
  readonly address: string;
  /** Default: `registry` in the root of the store. */
  readonly root?: string;
  readonly tls?: TlsFiles;
  readonly readonly?: boolean;
  readonly limits?: Partial<Limits>;
  readonly mostUploads?: number;
  /** Told of what goes wrong while it is served. */
  readonly warn: (message: string, error: unknown) => void;
}

/** A registry that is being served. */
export interface ServedRegistry {
  readonly address: ServerAddress;
  readonly root: string;
  reloadTls(): Promise<void>;
  /** Lets requests end for `grace` milliseconds. */
  close(options: { readonly grace: number }): Promise<void>;
}

/** Where registries are kept that are given no folder. */
export function defaultRegistryRoot(storeRoot: string = defaultRoot()): string {
  return join(storeRoot, 'registry');
}

/** Serves a registry until it is closed. Throws `REGISTRY_IN_USE`, `ADDRESS_UNAVAILABLE`, `TLS_INVALID`. */
export async function serveRegistry(request: ServeRequest): Promise<ServedRegistry> {
  const { loadRegistryServer } = await import('../../registry/index.ts');
  const { createRegistryServer, openFolderStorage } = await loadRegistryServer();
  const { address, root = defaultRegistryRoot(), mostUploads, ...options } = request;
  const storage = await openFolderStorage({
    root,
    warn: request.warn,
    ...(mostUploads === undefined ? {} : { mostUploads }),
  });
  try {
    const server = createRegistryServer({ ...options, storage });
    return {
      root,
      address: await server.listen(address),
      reloadTls: server.reloadTls,
      async close(end) {
        await server.close(end);
        await storage[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await storage[Symbol.asyncDispose]();
    throw error;
  }
}
