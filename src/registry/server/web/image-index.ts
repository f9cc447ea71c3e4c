// An index on its page: its images by platform, and the attestations among them.

import { isKnownDigest } from '../digests.ts';
import { platformText } from './describe.ts';
import { type Content, html } from './html.ts';
import { manifestLink } from './links.ts';
import { at, listAt, sizeAt, textAt } from './loose.ts';
import { section, table } from './page.ts';
import { digestText, kindText, sizeText } from './text.ts';

/** The members of an index. */
export function indexSections(name: string, index: unknown): Content {
  const rows = listAt(index, 'manifests').map((member): readonly Content[] => {
    const digest = at(member, 'digest');
    const about = textAt(member, 'annotations', 'vnd.docker.reference.digest');
    return [
      about === undefined
        ? (platformText(at(member, 'platform')) ?? 'any')
        : html`attestation of ${digestText(about)}`,
      isKnownDigest(digest) && html`<a href="${manifestLink(name, digest)}">${digestText(digest)}</a>`,
      about === undefined
        ? kindText(textAt(member, 'artifactType') ?? textAt(member, 'mediaType') ?? '')
        : 'Attestation',
      html`<span class="size">${sizeText(sizeAt(member, 'size'))}</span>`,
    ];
  });
  return section('Platforms', table(['Platform', 'Digest', 'Kind', 'Manifest'], rows, 'It lists nothing.'));
}
