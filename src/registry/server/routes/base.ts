// end-1: whether this is a registry, and whether the caller may use it. And the list of repositories.

import { listed } from '../http/pages.ts';
import { pathMatcher } from '../http/paths.ts';
import { reply, replyJson } from '../http/reply.ts';
import type { Operation, Route } from '../http/types.ts';
import type { RegistryStorage } from '../storage/types.ts';

/** `/v2/` */
export function baseRoute(): Route {
  const operation: Operation = {
    access: () => [{ kind: 'registry', action: 'base' }],
    handle: async (exchange) =>
      reply(exchange, 200, { 'content-type': 'application/json; charset=utf-8' }, '{}'),
  };
  return {
    name: 'base',
    match: (path) => (path === '/v2/' || path === '/v2' ? {} : undefined),
    operations: { GET: operation, HEAD: operation },
  };
}

/** `/v2/_catalog`, as Docker's registry has it: not in the specification, but what tools ask for. */
export function catalogRoute(storage: RegistryStorage): Route {
  const operation: Operation = {
    access: () => [{ kind: 'registry', action: 'catalog' }],
    handle: async (exchange) => {
      const { entries, headers } = await listed(exchange, storage.repositories, (name) => name);
      replyJson(exchange, 200, { repositories: entries }, headers);
    },
  };
  return {
    name: 'catalog',
    match: pathMatcher('/v2/_catalog'),
    operations: { GET: operation, HEAD: operation },
  };
}
