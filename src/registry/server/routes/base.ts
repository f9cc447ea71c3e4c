// end-1: whether this is a registry, and whether the caller may use it. And the list of repositories.

import { listed } from '../http/pages.ts';
import { pathMatcher } from '../http/paths.ts';
import { reply, replyJson } from '../http/reply.ts';
import type { Exchange, Operation, Route } from '../http/types.ts';
import type { Page, RegistryStorage } from '../storage/types.ts';

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
      const { entries, headers } = await listed(exchange, visible(storage, exchange), (name) => name);
      replyJson(exchange, 200, { repositories: entries }, headers);
    },
  };
  return {
    name: 'catalog',
    match: pathMatcher('/v2/_catalog'),
    operations: { GET: operation, HEAD: operation },
  };
}

/** Where access is controlled, one sees what one may pull. */
function visible(
  storage: RegistryStorage,
  { may }: Exchange,
): (page: Required<Pick<Page, 'limit'>> & Page) => Promise<readonly string[]> {
  if (!may) return storage.repositories;
  return async (page) => {
    const seen: string[] = [];
    for (let part: typeof page = page; seen.length < page.limit; ) {
      const names = await storage.repositories(part);
      seen.push(...names.filter((name) => may('pull', name)));
      const last = names.at(-1);
      if (last === undefined || names.length < part.limit) break;
      part = { ...part, last };
    }
    return seen.slice(0, page.limit);
  };
}
