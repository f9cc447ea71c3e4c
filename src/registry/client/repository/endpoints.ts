// The endpoints of a registry, tried in order: mirrors, then the registry itself.

import { CaissonError } from '../../../core/index.ts';
import type { RequestOptions } from '../../types.ts';
import type { Endpoint } from '../types.ts';
import type { RepositoryAt } from './context.ts';

/** The endpoints that may be asked for something. */
export function endpointsFor(
  { domain, endpoints }: Pick<RepositoryAt, 'domain' | 'endpoints'>,
  capability: 'pull' | 'resolve' | 'push',
): readonly [Endpoint, ...Endpoint[]] {
  const [first, ...others] = endpoints.filter(({ capabilities }) => capabilities.has(capability));
  if (first) return [first, ...others];
  throw new CaissonError('UNSUPPORTED', `Nothing may be asked to ${capability} for "${domain}"`, {
    hint: 'See "capabilities" in the hosts file.',
  });
}

/** The endpoint that takes what is pushed. */
export function endpointToPush(at: Pick<RepositoryAt, 'domain' | 'endpoints'>): Endpoint {
  return endpointsFor(at, 'push')[0];
}

/** What the first endpoint gives that has it. Undefined or thrown: what the last one said. */
export async function fromFirst<Result>(
  endpoints: readonly Endpoint[],
  { signal }: RequestOptions,
  get: (endpoint: Endpoint) => Promise<Result | undefined>,
): Promise<Result | undefined> {
  const last = endpoints.at(-1);
  for (const endpoint of endpoints) {
    try {
      const result = await get(endpoint);
      if (result !== undefined) return result;
    } catch (error) {
      signal.throwIfAborted();
      if (endpoint === last || !(error instanceof CaissonError)) throw error;
    }
  }
  return undefined;
}
