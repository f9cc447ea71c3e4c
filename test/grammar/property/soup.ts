// Texts for the properties: pieces of the language in any order, and the samples' Dockerfiles changed at one place.

import { readdirSync, readFileSync } from 'node:fs';
import { fc } from '../../support/property.ts';
import { pieces } from './pieces.ts';

const keywords =
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR run from BOGUS NONE AS as CMD';

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...keywords.split(' ').map((keyword) => `${keyword} `)) },
  { weight: 2, arbitrary: fc.constantFrom(...keywords.split(' ').map((keyword) => `\n${keyword} `)) },
  { weight: 8, arbitrary: fc.constantFrom(...pieces) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
);

/** Any text, most of it close to the language. */
export const soup = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));

const folder = new URL('../samples/', import.meta.url);

/** The Dockerfiles of the samples. */
export const samples: readonly string[] = readdirSync(folder).map((name) =>
  readFileSync(new URL(`${name}/Dockerfile`, folder), 'utf8'),
);

/** A sample with a stretch of it replaced. */
export const mutated = fc
  .tuple(fc.constantFrom(...samples), fc.nat(), fc.nat(20), soup)
  .map(([source, at, length, inserted]) => {
    const start = at % (source.length + 1);
    return source.slice(0, start) + inserted + source.slice(start + length);
  });
