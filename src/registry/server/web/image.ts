// An image on its page: its config, its layers with the instructions that made them; an artifact's files.

import { isKnownDigest } from '../digests.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { imageSize, platformText } from './describe.ts';
import { type Content, html } from './html.ts';
import { documentLink } from './links.ts';
import { at, listAt, namesAt, pairsAt, sizeAt, textAt, textsAt } from './loose.ts';
import { facts, section, table } from './page.ts';
import { readDocument } from './read.ts';
import { digestText, kindText, sizeText, timeText } from './text.ts';

/** What a manifest's config says, and its layers. */
export async function imageSections(
  storage: RegistryStorage,
  name: string,
  manifest: unknown,
): Promise<Content> {
  const config = await readDocument(storage, name, textAt(manifest, 'config', 'digest'));
  const isImage = at(config, 'rootfs') !== undefined;
  return [
    isImage && section('Config', configFacts(config, imageSize(manifest))),
    section('Layers', layerTable(name, manifest, isImage ? config : undefined)),
  ];
}

function configFacts(config: unknown, size: number): Content {
  const run = at(config, 'config');
  const created = textAt(config, 'created');
  return facts([
    ['Platform', platformText(config)],
    ['Size', html`<span class="size">${sizeText(size)}</span>`],
    ['Created', created !== undefined && timeText(new Date(created))],
    ['Author', textAt(config, 'author')],
    ['Entrypoint', words(textsAt(run, 'Entrypoint'))],
    ['Command', words(textsAt(run, 'Cmd'))],
    ['Working directory', textAt(run, 'WorkingDir')],
    ['User', textAt(run, 'User')],
    ['Ports', namesAt(run, 'ExposedPorts').join(', ')],
    ['Volumes', namesAt(run, 'Volumes').join(', ')],
    ['Stop signal', textAt(run, 'StopSignal')],
    ['Environment', lines(textsAt(run, 'Env'))],
    ['Labels', lines(pairsAt(run, 'Labels').map(([name, value]) => `${name}=${value}`))],
  ]);
}

function words(texts: readonly string[]): Content {
  return texts.length > 0 && html`<code>${JSON.stringify(texts)}</code>`;
}

function lines(texts: readonly string[]): Content {
  return (
    texts.length > 0 &&
    html`<ul class="plain">${texts.map((text) => html`<li><code>${text}</code></li>`)}</ul>`
  );
}

function layerTable(name: string, manifest: unknown, config: unknown): Content {
  const made = instructionsOf(config);
  const rows = listAt(manifest, 'layers').map((layer, index): readonly Content[] => {
    const [digest, mediaType = ''] = [at(layer, 'digest'), textAt(layer, 'mediaType')];
    return [
      index + 1,
      isKnownDigest(digest) && digestOrLink(name, digest, mediaType),
      textAt(layer, 'annotations', 'in-toto.io/predicate-type') === undefined
        ? kindText(mediaType)
        : kindText(textAt(layer, 'annotations', 'in-toto.io/predicate-type') ?? ''),
      html`<span class="size">${sizeText(sizeAt(layer, 'size'))}</span>`,
      config === undefined
        ? textAt(layer, 'annotations', 'org.opencontainers.image.title')
        : html`<code>${made[index]}</code>`,
    ];
  });
  const last = config === undefined ? 'Title' : 'Made by';
  return table(['', 'Digest', 'Kind', 'Size', last], rows, 'It has none.');
}

function digestOrLink(name: string, digest: string, mediaType: string): Content {
  const text = digestText(digest);
  return /[/+]json\b/.test(mediaType) ? html`<a href="${documentLink(name, digest)}">${text}</a>` : text;
}

/** The history's entries that have a layer, in order. */
function instructionsOf(config: unknown): readonly string[] {
  return listAt(config, 'history')
    .filter((entry) => at(entry, 'empty_layer') !== true)
    .map((entry) => textAt(entry, 'created_by') ?? '');
}
