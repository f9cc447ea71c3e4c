// The page of one repository: its tags, and what is in it without a tag.

import { RegistryError } from '../errors.ts';
import type { Exchange } from '../http/types.ts';
import type { RegistryStorage, TagRecord } from '../storage/types.ts';
import { describeManifest } from './describe.ts';
import { type Content, html } from './html.ts';
import { manifestLink } from './links.ts';
import { filterForm, type Page, section, table } from './page.ts';
import { nameOf, readAll } from './read.ts';
import { digestText, sizeText, timeText } from './text.ts';

const mostRows = 200;

/** Shows the newest tags first; `q` narrows them. */
export async function repositoryPage(storage: RegistryStorage, { query }: Exchange): Promise<Page> {
  const name = nameOf(query);
  const asked = (query.get('q') ?? '').trim();
  if (!(await storage.hasRepository(name)))
    throw new RegistryError('NAME_UNKNOWN', `There is no repository "${name}"`);
  const tags = await readAll(
    (page) => storage.tags(name, page),
    (tag) => tag.name,
  );
  const found = tags
    .filter((tag) => tag.name.toLowerCase().includes(asked.toLowerCase()))
    .toSorted((a, b) => b.updated.getTime() - a.updated.getTime());
  const shown = found.slice(0, mostRows);
  const rows = await Promise.all(shown.map((tag) => tagRow(storage, name, tag)));
  return {
    title: name,
    trail: [{ text: 'Repositories', link: '/' }],
    body: [
      tags.length > 10 && filterForm('/ui/repository', { name }, 'Find a tag', asked),
      table(
        ['Tag', 'Kind', 'Platforms', 'Size', 'Digest', 'Pushed'],
        rows,
        asked === '' ? 'It has no tags.' : `No tag has "${asked}" in it.`,
      ),
      found.length > mostRows &&
        html`<p class="note">${mostRows} of ${found.length} tags are shown: search for others.</p>`,
      await untagged(storage, name, new Set(tags.map((tag) => tag.digest))),
    ],
  };
}

async function tagRow(storage: RegistryStorage, name: string, tag: TagRecord): Promise<readonly Content[]> {
  const { kind, platforms, size } = await describeManifest(storage, name, tag.digest);
  return [
    html`<a href="${manifestLink(name, tag.name)}">${tag.name}</a>`,
    kind,
    platforms.map((platform) => html`<span class="badge">${platform}</span>`),
    html`<span class="size">${sizeText(size)}</span>`,
    digestText(tag.digest),
    timeText(tag.updated),
  ];
}

/** Manifests that neither a tag nor an index names: old versions, and what is attached to others. */
async function untagged(
  storage: RegistryStorage,
  name: string,
  tagged: ReadonlySet<string>,
): Promise<Content> {
  const manifests = await readAll(
    (page) => storage.manifests(name, page),
    ({ digest }) => digest,
  );
  const members = new Set(manifests.flatMap((one) => one.manifests));
  const left = manifests.filter(({ digest }) => !tagged.has(digest) && !members.has(digest));
  if (left.length === 0) return undefined;
  const rows = await Promise.all(
    left
      .slice(0, mostRows)
      .map(async ({ digest, pushed, subject }) => [
        html`<a href="${manifestLink(name, digest)}">${digestText(digest)}</a>`,
        (await describeManifest(storage, name, digest)).kind,
        subject !== undefined && html`<a href="${manifestLink(name, subject)}">${digestText(subject)}</a>`,
        timeText(pushed),
      ]),
  );
  return section('Without a tag', table(['Digest', 'Kind', 'Attached to', 'Pushed'], rows, ''));
}
