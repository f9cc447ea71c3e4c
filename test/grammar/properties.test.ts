// What holds for any text: parsing never throws, loses nothing, and costs no more than in proportion.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDockerfile, print, printTree, renderDiagnostic } from '../../grammar/index.ts';
import { createLexer, tokenize } from '../../grammar/lexer/lexer.ts';
import { DockerfileParser } from '../../grammar/parser.ts';

const keywords =
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR';

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...keywords.split(' '), 'run', 'BOGUS', 'NONE', 'AS') },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...[
        ' ',
        '\n',
        '\r\n',
        '\\\n',
        '`\n',
        '\\',
        '"',
        "'",
        '=',
        '[',
        ']',
        ',',
        '{',
        '}',
        '$',
        '#',
        '# escape=`\n',
      ],
      ...[
        '<<EOF',
        '\nEOF\n',
        '<<-A',
        '\tA\n',
        '--from=x',
        '--mount=type=bind',
        '["a"]',
        'a=b',
        'a',
        '\t',
        '\0',
        '\ufeff',
        '\u00a0',
      ],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

test('print gives back the source of any text', () => {
  fc.assert(
    fc.property(text, (source) => {
      assert.equal(print(parseDockerfile(source).ast), source);
    }),
    { numRuns: 3000 },
  );
});

test('print gives back mutated real files', () => {
  const folder = new URL('samples/', import.meta.url);
  const sources = readdirSync(folder).map((name) =>
    readFileSync(new URL(`${name}/Dockerfile`, folder), 'utf8'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...sources), fc.nat(), fc.nat(20), text, (source, at, length, inserted) => {
      const start = at % (source.length + 1);
      const mutated = source.slice(0, start) + inserted + source.slice(start + length);
      assert.equal(print(parseDockerfile(mutated).ast), mutated);
    }),
    { numRuns: 1500 },
  );
});

test('every position is inside the source, and every finding renders without control characters', () => {
  fc.assert(
    fc.property(text, (source) => {
      const { ast, diagnostics } = parseDockerfile(source);
      checkRanges(ast, source);
      printTree(ast);
      for (const diagnostic of diagnostics) {
        const rendered = renderDiagnostic(source, diagnostic);
        assert.doesNotMatch(rendered.replaceAll('\n', ''), /\p{Cc}/u);
      }
    }),
    { numRuns: 1500 },
  );
});

function checkRanges(node: unknown, source: string): void {
  if (typeof node !== 'object' || node === null) return;
  if ('offset' in node && 'line' in node && 'column' in node) {
    const { offset, line, column } = node as { offset: number; line: number; column: number };
    const before = source.slice(0, offset);
    assert.ok(offset >= 0 && offset <= source.length);
    assert.equal(line, before.split('\n').length);
    assert.equal(column, offset - before.lastIndexOf('\n'));
  }
  for (const child of Object.values(node)) checkRanges(child, source);
}

test('the tree survives JSON', () => {
  fc.assert(
    fc.property(text, (source) => {
      const { ast } = parseDockerfile(source);
      assert.equal(
        print(JSON.parse(JSON.stringify(ast))),
        source.toWellFormed() === source ? source : print(ast),
      );
    }),
  );
});

test('tokens grow in proportion to the source, whatever its shape', () => {
  const shapes = [
    'RUN a\n',
    ' \\\n b',
    'a=b ',
    '"a",',
    '--a=b ',
    '#\n',
    '\n',
    '<<E ',
    "'",
    '"',
    '\\',
    '[',
    '$',
    '${a:-',
  ];
  for (const shape of shapes) {
    const count = (times: number) => tokenize(`FROM a\nENV x ${shape.repeat(times)}`).tokens.length;
    assert.ok(count(2000) <= 10 * count(200) + 10, shape);
  }
});

test('megabytes of one thing are parsed, not refused', () => {
  const large = 3_000_000;
  for (const source of [
    `FROM a\nRUN ${'x'.repeat(large)}\n`,
    `FROM a\nENV a="${'b '.repeat(large / 2)}"\n`,
    `FROM a\nCMD ["${'x'.repeat(large)}"]\n`,
    `FROM a\nRUN a${' '.repeat(large)}b\n`,
    `FROM a\nRUN a${'\\'.repeat(large)}\n`,
    `FROM a\nRUN <<E\n${'x\n'.repeat(large / 2)}E\n`,
  ]) {
    const { ast, diagnostics } = parseDockerfile(source);
    assert.deepEqual(diagnostics, []);
    assert.equal(ast.instructions.length, 2);
    assert.ok(print(ast) === source);
  }
});

test('no nesting overflows the stack', () => {
  const { diagnostics } = parseDockerfile(`FROM a\n${'ONBUILD '.repeat(100_000)}RUN x\n`);
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['trigger-chained'],
  );
});

test('the lexer and the grammar are valid: modes, tokens, no ambiguities', () => {
  assert.deepEqual(createLexer(false).lexerDefinitionErrors, []);
  assert.doesNotThrow(() => new DockerfileParser(false));
});

test('the lexer takes every character', () => {
  fc.assert(
    fc.property(text, (source) => {
      assert.deepEqual(tokenize(source).errors, []);
    }),
    { numRuns: 2000 },
  );
});
