// The pages' addresses, and what seeing them needs leave for.

import { RegistryError } from '../errors.ts';
import { isName } from '../http/paths.ts';
import { reply } from '../http/reply.ts';
import type { Access, Exchange, Handler, Operation, Route } from '../http/types.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { documentPage } from './document.ts';
import { html } from './html.ts';
import { manifestPage } from './manifest.ts';
import { type Page, replyPage } from './page.ts';
import { repositoriesPage } from './repositories.ts';
import { repositoryPage } from './repository.ts';
import { style } from './style.ts';

type Render = (storage: RegistryStorage, exchange: Exchange) => Promise<Page>;

/** The routes of the web pages over what `storage` holds. */
export function webRoutes(storage: RegistryStorage): readonly Route[] {
  const page = (path: string, access: Operation['access'], render: Render): Route =>
    route(path, access, async (exchange) => {
      replyPage(exchange, await render(storage, exchange));
    });
  return [
    page('/', () => [{ kind: 'registry', action: 'catalog' }], repositoriesPage),
    page('/ui/repository', pullAccess, repositoryPage),
    page('/ui/manifest', pullAccess, manifestPage),
    page('/ui/document', pullAccess, documentPage),
    route('/ui/style.css', () => [{ kind: 'public' }], sendStyle),
  ];
}

function route(path: string, access: Operation['access'], handle: Handler): Route {
  const operation: Operation = { access, handle: (exchange) => readably(exchange, handle) };
  return {
    name: 'web',
    match: (asked) => (asked === path ? {} : undefined),
    operations: { GET: operation, HEAD: operation },
  };
}

/** Of a name that cannot be, the page itself tells. */
function pullAccess(_: unknown, query: URLSearchParams): readonly Access[] {
  const name = query.get('name') ?? '';
  return [isName(name) ? { kind: 'repository', name, action: 'pull' } : { kind: 'public' }];
}

/** What a person did wrong is told on a page; other failures are the server's to tell. */
async function readably(exchange: Exchange, handle: Handler): Promise<void> {
  try {
    await handle(exchange);
  } catch (error) {
    if (!(error instanceof RegistryError) || error.status >= 500) throw error;
    exchange.errorCode = error.code;
    const body = html`<p>${error.message}.</p>${error.hint !== undefined && html`<p class="note">${error.hint}</p>`}`;
    replyPage(
      exchange,
      { title: 'Not found', trail: [{ text: 'Repositories', link: '/' }], body },
      error.status,
    );
  }
}

async function sendStyle(exchange: Exchange): Promise<void> {
  reply(exchange, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=3600' }, style);
}
