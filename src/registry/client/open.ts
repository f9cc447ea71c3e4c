// The client that programs use: by this machine's hosts file, credentials and proxies.

import type { RegistryClient } from '../types.ts';
import { createAuthorizer, verifyLogin } from './auth/index.ts';
import { createRegistryClient } from './client.ts';
import { credentialStore } from './credentials/index.ts';
import { readHosts } from './hosts/index.ts';
import type { RetryPolicy } from './types.ts';

/** A client by the hosts file, credential files and proxies of the environment. Throws `HOSTS_INVALID`. */
export async function openRegistryClient(
  environment = process.env,
  hosts = readHosts({ environment }),
  retries?: RetryPolicy,
): Promise<RegistryClient> {
  return createRegistryClient({
    environment,
    hosts,
    authorizer: (transport) => createAuthorizer(transport, { credentials: credentialStore({ environment }) }),
    login: verifyLogin,
    ...(retries ? { retries } : {}),
  });
}
