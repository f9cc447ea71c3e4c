// Listing the tags of a repository.

import type { RegistryRequest } from '../types.ts';
import { remoteReference } from './remote.ts';
import type { RegistryServices } from './services.ts';

/** The tags, in the registry's order, as they come. */
export async function* tags(
  services: RegistryServices,
  repository: string,
  request: RegistryRequest,
): AsyncGenerator<string, void, undefined> {
  const remote = await remoteReference(services, repository, request);
  yield* remote.repository.tags(request);
}
