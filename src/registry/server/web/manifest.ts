// The page of a manifest: what an index leads to, what an image is made of, what is attached to it.

import { isIndexType } from '../../../oci/index.ts';
import type { Exchange } from '../http/types.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { attachedSection } from './attached.ts';
import { type Content, html } from './html.ts';
import { imageSections } from './image.ts';
import { indexSections } from './image-index.ts';
import { manifestLink, repositoryLink } from './links.ts';
import { pairsAt } from './loose.ts';
import { facts, type Page, section } from './page.ts';
import { nameOf, readManifest } from './read.ts';
import { shownJson } from './shown-json.ts';
import { digestText, kindText, sizeText, timeText } from './text.ts';

/** Shows a manifest by tag or digest. */
export async function manifestPage(storage: RegistryStorage, exchange: Exchange): Promise<Page> {
  const { query, request } = exchange;
  const name = nameOf(query);
  const reference = query.get('reference') ?? '';
  const manifest = await readManifest(storage, name, reference);
  const { digest, mediaType, artifactType, subject, size, pushed, json, bytes } = manifest;
  const kind = kindText(artifactType ?? mediaType);
  const byDigest = reference === digest;
  const host = request.headers.host ?? 'localhost';
  return {
    title: byDigest ? `${digest.slice(0, digest.indexOf(':') + 13)}…` : reference,
    trail: [
      { text: 'Repositories', link: '/' },
      { text: name, link: repositoryLink(name) },
    ],
    body: [
      facts([
        ['Kind', kind],
        ['Pull', html`<code>${host}/${name}${byDigest ? '@' : ':'}${reference}</code>`],
        ['Digest', html`<code>${digest}</code>`],
        ['Media type', mediaType],
        ['Artifact type', kind !== 'Image' && artifactType],
        [
          'Attached to',
          subject !== undefined && html`<a href="${manifestLink(name, subject)}">${digestText(subject)}</a>`,
        ],
        ['Manifest', sizeText(size)],
        ['Pushed', timeText(pushed)],
      ]),
      annotations(json),
      isIndexType(mediaType) ? indexSections(name, json) : await imageSections(storage, name, json),
      await attachedSection(storage, name, digest),
      section(
        'Manifest',
        html`<details><summary>Show JSON</summary><pre>${pretty(json, bytes)}</pre></details>`,
      ),
    ],
  };
}

function annotations(json: unknown): Content {
  const pairs = pairsAt(json, 'annotations');
  return pairs.length > 0 && section('Annotations', facts(pairs));
}

function pretty(json: unknown, bytes: Buffer): string {
  return json === undefined ? bytes.toString() : shownJson(json);
}
