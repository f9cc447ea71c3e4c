// Pushing: images of the store, and what builds make.

import type { CacheTransport, ImageTransport } from '../../build/index.ts';
import type { PushedName } from '../../registry/index.ts';
import type { PushRequest } from '../types.ts';
import { reaching } from './reach.ts';
import type { RegistryServices } from './services.ts';

/** Pushes a name, or all names of a repository; gives them in the order they were pushed. */
export async function push(
  { store, client }: RegistryServices,
  name: string,
  { allTags = false, ...options }: PushRequest,
): Promise<readonly PushedName[]> {
  const { namesInRepository, pushImage } = await import('../../registry/index.ts');
  const names = allTags ? namesInRepository(store, name) : [name];
  const pushed: PushedName[] = [];
  for (const each of names) {
    const done = await pushImage({ store, client: reaching(await client(), name, options) }, each, options);
    options.onPushed?.(done);
    pushed.push(done);
  }
  return pushed;
}

type TransportServices = Pick<RegistryServices, 'store' | 'client'>;

/** Carries images of builds to registries. */
export function imageTransport(services: TransportServices): ImageTransport {
  return {
    push: async (image, options) =>
      (await import('../../registry/index.ts')).pushWhole(services, image, options),
  };
}

/** Carries caches of builds to and from registries. */
export function cacheTransport(services: TransportServices): CacheTransport {
  return {
    push: async (cache, { signal }) =>
      (await import('../../registry/index.ts')).pushCache(services, cache, {
        onEvent: () => undefined,
        signal,
      }),
    resolve: async (from, options) =>
      (await import('../../registry/index.ts')).resolveCache(services, from, options),
    fetch: async (from, blob, options) =>
      (await import('../../registry/index.ts')).fetchCached(services, from, blob, options),
  };
}
