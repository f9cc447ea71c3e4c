// Texts for the properties: pieces of the language in any order, and the samples' Dockerfiles changed at one place.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';

const keywords =
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR run from BOGUS NONE AS as CMD';

/** What Dockerfiles are made of, and what upsets those who read them. */
export const pieces: readonly string[] = [
  ...[
    ' ',
    ' ',
    '\n',
    '\n',
    '\r\n',
    '\\\n',
    ' \\\n',
    '`\n',
    '\\ \n',
    '\\',
    '`',
    '"',
    "'",
    '=',
    '[',
    ']',
    ',',
    '{',
    '}',
  ],
  ...[
    '$',
    '#',
    '\n# note\n',
    '# escape=`\n',
    '#syntax=x\n',
    '# check=skip=all\n',
    '--',
    ' -- ',
    '-',
    '\t',
    '\0',
  ],
  ...[
    '<<EOF',
    '\nEOF\n',
    '<<-A',
    '\tA\n',
    '<<"B"',
    '\nB\n',
    '3<<C',
    '\nC\n',
    '<<',
    '$\u007ba:-b}',
    '$\u007b',
    '$a',
    '\u2028',
  ],
  ...[
    '--from=x',
    '--mount=type=bind',
    '--link',
    '--chown=1:2',
    '--interval=1s',
    '["a"]',
    '["a", "b"]',
    '"c"',
  ],
  ...['a=b', ' a=b', ' "a b"=c', 'a', 'b ', '\ufeff', '\u00a0', '\u{1f600}', '\ud800'],
];

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
