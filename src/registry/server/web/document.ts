// The page of a JSON document: a list of packages or a provenance as people read it, anything else as it is.

import { RegistryError } from '../errors.ts';
import type { Exchange } from '../http/types.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { type Content, html } from './html.ts';
import { repositoryLink } from './links.ts';
import { at, textAt } from './loose.ts';
import { packagesSection } from './packages.ts';
import { facts, type Page, section } from './page.ts';
import { provenanceSections } from './provenance.ts';
import { nameOf, readDocument } from './read.ts';
import { shownJson } from './shown-json.ts';
import { digestText, kindText } from './text.ts';

/** Shows a blob that is JSON. Throws `BLOB_UNKNOWN` where there is none. */
export async function documentPage(storage: RegistryStorage, { query }: Exchange): Promise<Page> {
  const name = nameOf(query);
  const digest = query.get('digest') ?? '';
  const document = await readDocument(storage, name, digest);
  if (document === undefined) throw unreadable(name, digest);
  const type =
    textAt(document, 'predicateType') ?? (textAt(document, 'spdxVersion') === undefined ? 'JSON' : 'spdx');
  // An in-toto statement holds the document as its predicate.
  const content = at(document, 'predicate') ?? document;
  return {
    title: kindText(type),
    trail: [
      { text: 'Repositories', link: '/' },
      { text: name, link: repositoryLink(name) },
    ],
    body: [
      facts([
        ['Digest', digestText(digest)],
        ['Type', type],
        ['About', textAt(document, 'subject', 0, 'name')],
        ['Made', textAt(content, 'creationInfo', 'created')],
      ]),
      sections(content, query.get('q') ?? '', { name, digest }),
      section(
        'Document',
        html`<details><summary>Show JSON</summary><pre>${shownJson(document)}</pre></details>`,
      ),
    ],
  };
}

function sections(content: unknown, asked: string, kept: Readonly<Record<string, string>>): Content {
  if (Array.isArray(at(content, 'packages'))) return packagesSection(content, asked, kept);
  return at(content, 'buildDefinition') !== undefined && provenanceSections(content);
}

function unreadable(name: string, digest: string): RegistryError {
  return new RegistryError('BLOB_UNKNOWN', `"${name}" has no readable document "${digest.slice(0, 200)}"`, {
    hint: 'Only JSON of at most 16 MiB is shown.',
  });
}
