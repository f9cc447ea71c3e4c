// The client that programs use: by this machine's hosts file, credentials and proxies.

import type { RegistryClient } from '../types.ts';
import { createRegistryClient } from './client.ts';

/** A client by the hosts file, credential files and proxies of the environment. Throws `HOSTS_INVALID`, `CREDENTIALS_INVALID`. */
export async function openRegistryClient(): Promise<RegistryClient> {
  return createRegistryClient();
}
