// A SLSA provenance (v1) as people read it: how it was built, and what it was built from.

import { type Content, html } from './html.ts';
import { at, listAt, pairsAt, textAt } from './loose.ts';
import { facts, section, table } from './page.ts';

/** The parts of a provenance. */
export function provenanceSections(predicate: unknown): Content {
  const definition = at(predicate, 'buildDefinition');
  const details = at(predicate, 'runDetails');
  const request = at(definition, 'externalParameters', 'request');
  const sources = listAt(definition, 'resolvedDependencies').map((one) => [
    html`<code>${textAt(one, 'uri')}</code>`,
    pairsAt(one, 'digest').map(([algorithm, hex]) => html`<code>${algorithm}:${hex.slice(0, 12)}</code>`),
  ]);
  return [
    section(
      'Build',
      facts([
        ['Builder', textAt(details, 'builder', 'id')],
        ['Type', textAt(definition, 'buildType')],
        ['Front end', textAt(request, 'frontend')],
        ['Started', textAt(details, 'metadata', 'startedOn')],
        ['Finished', textAt(details, 'metadata', 'finishedOn')],
        ['Platform', textAt(definition, 'internalParameters', 'builderPlatform')],
        ['Arguments', pairs(pairsAt(request, 'args'))],
      ]),
    ),
    section('Built from', table(['Source', 'Digest'], sources, 'Nothing is named.')),
  ];
}

function pairs(given: readonly (readonly [string, string])[]): Content {
  return (
    given.length > 0 &&
    html`<ul class="plain">${given.map(([name, value]) => html`<li><code>${name}=${value}</code></li>`)}</ul>`
  );
}
