// end-8: the tags of a repository.

import { listed } from '../http/pages.ts';
import { pathMatcher } from '../http/paths.ts';
import { replyJson } from '../http/reply.ts';
import type { Exchange, Operation, Route } from '../http/types.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { repositoryAccess } from './access.ts';
import { unknown } from './unknown.ts';

/** `/v2/<name>/tags/list` */
export function tagsRoute(storage: RegistryStorage): Route {
  const operation: Operation = {
    access: repositoryAccess('pull'),
    handle: (exchange) => listTags(storage, exchange),
  };
  return {
    name: 'tags',
    match: pathMatcher('/v2/<name>/tags/list'),
    operations: { GET: operation, HEAD: operation },
  };
}

async function listTags(storage: RegistryStorage, exchange: Exchange): Promise<void> {
  const { name = '' } = exchange.params;
  const { entries, headers } = await listed(
    exchange,
    (page) => storage.tags(name, page),
    (tag) => tag.name,
  );
  if (entries.length === 0 && !(await storage.hasRepository(name))) {
    throw await unknown(storage, name, 'NAME_UNKNOWN', 'tags');
  }
  replyJson(exchange, 200, { name, tags: entries.map((tag) => tag.name) }, headers);
}
