// What holds for any text: parsing never throws, loses nothing, and costs no more than in proportion.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDockerfile, print, printTree, renderDiagnostic } from '../../../grammar/index.ts';
import { createLexer, tokenize } from '../../../grammar/lexer/lexer.ts';
import { parseInParts } from '../../../grammar/parse.ts';
import { DockerfileParser } from '../../../grammar/parser.ts';
import { fc } from '../../support/property.ts';
import { mutated, soup } from './soup.ts';

test('print gives back the source of any text', () => {
  fc.assert(
    fc.property(soup, (source) => {
      assert.equal(print(parseDockerfile(source).ast), source);
    }),
    { numRuns: 3000 },
  );
});

test('print gives back mutated real files', () => {
  fc.assert(
    fc.property(mutated, (source) => {
      assert.equal(print(parseDockerfile(source).ast), source);
    }),
    { numRuns: 1500 },
  );
});

test('the ranges of the items, blanks and line ends between them, cover the source in order', () => {
  fc.assert(
    fc.property(soup, (source) => {
      const { ast } = parseDockerfile(source);
      let at = ast.bom ? 1 : 0;
      for (const { range, raw } of ast.items) {
        assert.ok(range.start.offset >= at && range.end.offset <= at + raw.length);
        assert.equal(source.slice(at, at + raw.length), raw);
        at += raw.length;
      }
      assert.equal(at, source.length);
    }),
    { numRuns: 2000 },
  );
});

test('where a source is cut into parts changes nothing', () => {
  fc.assert(
    fc.property(fc.oneof(soup, mutated), fc.integer({ min: 1, max: 60 }), (source, length) => {
      const parsed = (partLength: number) => JSON.stringify(parseInParts(source, partLength));
      assert.equal(parsed(length), parsed(Number.POSITIVE_INFINITY));
    }),
    { numRuns: 2000 },
  );
});

test('every position is inside the source, and every finding renders without control characters', () => {
  fc.assert(
    fc.property(soup, (source) => {
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
    fc.property(soup, (source) => {
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
    const count = (times: number) =>
      [...tokenize(`FROM a\nENV x ${shape.repeat(times)}`)].flatMap(({ tokens }) => tokens).length;
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
    fc.property(soup, (source) => {
      for (const { errors } of tokenize(source)) assert.deepEqual(errors, []);
    }),
    { numRuns: 2000 },
  );
});
