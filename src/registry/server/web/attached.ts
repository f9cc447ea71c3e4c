// What is attached to a manifest: its referrers, and the attestations that BuildKit lists beside it in an index.

import { isKnownDigest } from '../digests.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { type Content, html } from './html.ts';
import { documentLink, manifestLink } from './links.ts';
import { at, listAt, parseLoosely, textAt } from './loose.ts';
import { section, table } from './page.ts';
import { readAll } from './read.ts';
import { digestText, kindText } from './text.ts';

const mostReferrers = 200;

/** The part of a manifest's page that lists what is attached to it; nothing where nothing is. */
export async function attachedSection(
  storage: RegistryStorage,
  name: string,
  digest: string,
): Promise<Content> {
  const rows = [
    ...(await referrerRows(storage, name, digest)),
    ...(await statementRows(storage, name, digest)),
  ];
  return rows.length > 0 && section('Attached', table(['Kind', 'Manifest', 'Read'], rows, ''));
}

async function referrerRows(
  storage: RegistryStorage,
  name: string,
  subject: string,
): Promise<readonly (readonly Content[])[]> {
  const rows: (readonly Content[])[] = [];
  for await (const { digest, mediaType, artifactType } of storage.referrers(name, subject, {})) {
    const kind = kindText(artifactType ?? mediaType);
    rows.push([kind, manifestCell(name, digest), await documents(storage, name, digest)]);
    if (rows.length >= mostReferrers) break;
  }
  return rows;
}

/** Indexes do not say what lists them: those of this repository are asked. */
async function statementRows(
  storage: RegistryStorage,
  name: string,
  subject: string,
): Promise<readonly (readonly Content[])[]> {
  const all = await readAll(
    (page) => storage.manifests(name, page),
    (one) => one.digest,
    1000,
  );
  const indexes = all.filter(({ manifests }) => manifests.includes(subject));
  const members = await Promise.all(
    indexes.map(async ({ digest }) => membersOf(await storage.manifest(name, { digest }))),
  );
  const about = members
    .flat()
    .filter((member) => textAt(member, 'annotations', 'vnd.docker.reference.digest') === subject);
  const digests = new Set(about.map((member) => at(member, 'digest')).filter(isKnownDigest));
  return Promise.all(
    [...digests].map(async (digest) => [
      'Attestation',
      manifestCell(name, digest),
      await documents(storage, name, digest),
    ]),
  );
}

function membersOf(index: { readonly bytes: Buffer } | undefined): readonly unknown[] {
  return index === undefined ? [] : listAt(parseLoosely(index.bytes), 'manifests');
}

function manifestCell(name: string, digest: string): Content {
  return html`<a href="${manifestLink(name, digest)}">${digestText(digest)}</a>`;
}

/** The JSON documents of an artifact. */
async function documents(storage: RegistryStorage, name: string, digest: string): Promise<Content> {
  const manifest = await storage.manifest(name, { digest });
  const layers = manifest === undefined ? [] : listAt(parseLoosely(manifest.bytes), 'layers');
  return layers.flatMap((layer): readonly Content[] => {
    const [blob, mediaType = ''] = [at(layer, 'digest'), textAt(layer, 'mediaType')];
    if (!isKnownDigest(blob) || !/[/+]json\b/.test(mediaType)) return [];
    const type = textAt(layer, 'annotations', 'in-toto.io/predicate-type') ?? mediaType;
    return [html`<a class="badge" href="${documentLink(name, blob)}">${kindText(type)}</a>`];
  });
}
