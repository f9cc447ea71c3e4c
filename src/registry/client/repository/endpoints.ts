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
  const { message, hint } = forbidden[capability](domain);
  throw new CaissonError('UNSUPPORTED', message, { hint });
}

type Forbidden = (domain: string) => { readonly message: string; readonly hint: string };

/** What it means that no endpoint has a capability, and what is to be changed. */
const forbidden: Readonly<Record<'pull' | 'resolve' | 'push', Forbidden>> = {
  resolve: (domain) => ({
    message: `The hosts file lets nobody be asked for tags of "${domain}"`,
    hint: `Add "resolve" to the "capabilities" of "${domain}" or of one of its mirrors there, or name the image by its digest.`,
  }),
  pull: (domain) => ({
    message: `The hosts file lets nobody be asked for images of "${domain}"`,
    hint: `Add "pull" to the "capabilities" of "${domain}" or of one of its mirrors there.`,
  }),
  push: (domain) => ({
    message: `The hosts file does not let anything be pushed to "${domain}" or deleted there`,
    hint: `Add "push" to the "capabilities" of "${domain}" there; mirrors are never pushed to.`,
  }),
};

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
