// The page of all repositories, with search.

import type { Exchange } from '../http/types.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { type Content, html } from './html.ts';
import { repositoryLink } from './links.ts';
import { type Page, table } from './page.ts';
import { maySee, readAll } from './read.ts';
import { timeText } from './text.ts';

const pageLength = 50;
const mostTags = 1000;

/** Lists repositories whose names contain what is searched for, in the order of their names. */
export async function repositoriesPage(storage: RegistryStorage, exchange: Exchange): Promise<Page> {
  const { query } = exchange;
  const asked = (query.get('q') ?? '').trim();
  const after = query.get('last') ?? '';
  const names = await readAll(
    (page) => storage.repositories(page),
    (name) => name,
    100_000,
  );
  const found = names.filter((name) => name.includes(asked.toLowerCase()) && maySee(exchange, name));
  const following = found.filter((name) => name > after);
  const shown = following.slice(0, pageLength);
  const rows = await Promise.all(shown.map((name) => rowOf(storage, name)));
  const none = asked === '' ? 'Nothing has been pushed yet.' : `No repository has "${asked}" in its name.`;
  return {
    title: asked === '' ? 'Repositories' : `Repositories with "${asked}"`,
    body: [
      html`<p class="note">${found.length} ${found.length === 1 ? 'repository' : 'repositories'}</p>`,
      table(['Name', 'Tags', 'Last pushed'], rows, none),
      following.length > pageLength && nextPart(asked, shown.at(-1) ?? ''),
    ],
  };
}

async function rowOf(storage: RegistryStorage, name: string): Promise<readonly Content[]> {
  const tags = await storage.tags(name, { limit: mostTags });
  const updated = tags.reduce((latest, tag) => Math.max(latest, tag.updated.getTime()), 0);
  return [
    html`<a href="${repositoryLink(name)}">${name}</a>`,
    tags.length < mostTags ? tags.length : `${mostTags} or more`,
    updated > 0 && timeText(new Date(updated)),
  ];
}

function nextPart(asked: string, last: string): Content {
  const query = new URLSearchParams({ ...(asked === '' ? {} : { q: asked }), last });
  return html`<p><a rel="next" href="/?${query.toString()}">More repositories</a></p>`;
}
