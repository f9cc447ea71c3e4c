// The engine's one client of registries: made when it is first asked for, closed with the engine.

import type { RegistryClient } from '../../registry/index.ts';

/** A client that is there when it is needed. */
export interface SharedClient extends AsyncDisposable {
  readonly get: () => Promise<RegistryClient>;
}

/** Makes the client by `open`, once; disposing closes its connections. */
export function sharedClient(open: () => Promise<RegistryClient>): SharedClient {
  let opened: Promise<RegistryClient> | undefined;
  return {
    get: () => {
      opened ??= open();
      return opened;
    },
    async [Symbol.asyncDispose]() {
      const client = await opened?.catch(() => undefined);
      await client?.[Symbol.asyncDispose]();
    },
  };
}
