// The client of registries as one request reaches them.

import { parseReference } from '../../oci/index.ts';
import type { RegistryClient } from '../../registry/index.ts';
import type { RegistryReach } from '../types.ts';

/** A client for which the registry of `name`, and no other, is insecure where that is said. */
export function reaching(client: RegistryClient, name: string, { insecure }: RegistryReach): RegistryClient {
  if (insecure === undefined) return client;
  const { domain } = parseReference(name);
  return {
    ...client,
    repository: (asked, options) =>
      client.repository(asked, asked.startsWith(`${domain}/`) ? { insecure, ...options } : options),
  };
}
