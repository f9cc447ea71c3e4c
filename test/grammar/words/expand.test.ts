// Word expansion against what BuildKit makes of the same words, and what it does not show from outside.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the words under test are written so

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type ExpandOptions,
  expandWord,
  expandWords,
  parseDockerfile,
  WordError,
} from '../../../grammar/index.ts';
import { WordParser } from '../../../grammar/words/parser.ts';
import { fc } from '../../support/property.ts';

interface Recorded {
  readonly word: string;
  readonly text?: string;
  readonly error?: string;
}

// Each word was the value of a LABEL, built with BuildKit 0.25 after this ENV.
const environment = {
  x: 'hello',
  e: '',
  p: '/usr/local/lib/a.b.c',
  s: 'a b',
  star: 'a*b?c',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

const recorded = JSON.parse(
  readFileSync(new URL('buildkit.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

for (const { word, ...expected } of recorded) {
  test(`LABEL r=${word}`, () => {
    assert.deepEqual(outcome(word), expected);
  });
}

function outcome(word: string): { readonly text?: string; readonly error?: string } {
  const { ast, diagnostics } = parseDockerfile(`FROM scratch\nLABEL r=${word}\n`);
  const [error] = diagnostics.filter(({ severity }) => severity === 'error');
  if (error) return { error: error.message };
  const label = ast.instructions[1];
  const value = label?.kind === 'label' ? (label.pairs[0]?.value ?? '') : '';
  try {
    return { text: expandWord(value, environment).text };
  } catch (failure) {
    assert.ok(failure instanceof WordError);
    return { error: failure.message };
  }
}

const withOptions: readonly (readonly [string, ExpandOptions, string])[] = [
  [`'a' "b"`, { rawQuotes: true }, `'a' "b"`],
  ['"$x"', { rawQuotes: true }, '"hello"'],
  ['a\\ b', { rawEscapes: true }, 'a\\ b'],
  ['a\\$x', { rawEscapes: true }, 'a\\$x'],
  ['"a\\$b"', { rawEscapes: true }, 'a\\$b'],
  ['$n', { skipUnsetEnv: true }, '$n'],
  ['${n}', { skipUnsetEnv: true }, '${n}'],
  ['${n:-a$x}', { skipUnsetEnv: true }, '${n:-ahello}'],
  ['${n/a/b}', { skipUnsetEnv: true }, '${n/a/b}'],
  ['$x', { skipUnsetEnv: true }, 'hello'],
  [`'$x'"`, { skipProcessQuotes: true }, `'hello'"`],
  ['a`$x', { escape: '`' }, 'a$x'],
  ['a\\$x', { escape: '`' }, 'a\\hello'],
  ['"a`"b`c"', { escape: '`' }, 'a"b`c'],
];

for (const [word, options, text] of withOptions) {
  test(`${word} with ${JSON.stringify(options)}`, () => {
    assert.equal(expandWord(word, environment, options).text, text);
  });
}

const split: readonly (readonly [string, readonly string[]])[] = [
  ['', []],
  ['  ', []],
  ['a b', ['a', 'b']],
  [' a\t b ', ['a', 'b']],
  ['"a b" c', ['a b', 'c']],
  ["'a b'c", ['a bc']],
  ['a\\ b', ['a b']],
  ['$s', ['a', 'b']],
  ['"$s"', ['a b']],
  ['x$s', ['xa', 'b']],
  ['${s}x', ['a', 'bx']],
  ['""', []],
  ['a "" b', ['a', 'b']],
  ['$e', []],
];

for (const [text, words] of split) {
  test(`words of ${JSON.stringify(text)}`, () => {
    assert.deepEqual(expandWords(text, environment).words, words);
  });
}

test('says which variables were used and which are not set', () => {
  const { used, unmatched } = expandWord('$x ${n:-$e} ${m+$x}', environment);
  assert.deepEqual(
    [[...used], [...unmatched]],
    [
      ['x', 'e'],
      ['n', 'm'],
    ],
  );
});

test('takes variables from a map, and none from prototypes', () => {
  assert.equal(expandWord('$x$toString', new Map([['x', '1']])).text, '1');
  assert.equal(expandWord('$toString$constructor', {}).text, '');
});

test('a missing pattern costs no more than the length of its value', () => {
  const value = 'a'.repeat(20_000);
  assert.equal(expandWord('${v//*a*a*a*a*b/X}', { v: value }).text, value);
  assert.equal(expandWord('${v%%*a*a*a*a*b}', { v: value }).text, value);
});

test('deep nesting is an error of the word', () => {
  assert.throws(() => expandWord('${a:-'.repeat(100_000), {}), WordError);
});

test('any text expands or fails with a WordError', () => {
  const piece = fc.constantFrom(
    '$',
    '{',
    '}',
    'x',
    'n',
    ':',
    '-',
    '+',
    '?',
    '#',
    '%',
    '/',
    '*',
    '"',
    "'",
    '\\',
    ' ',
    'é',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      try {
        expandWord(pieces.join(''), environment);
      } catch (error) {
        assert.ok(error instanceof WordError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

test('plain text stands for itself', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/[$'"\\]/.test(text));
      assert.equal(expandWord(text, {}).text, text);
    }),
  );
});

test('the grammar of words has no ambiguities', () => {
  assert.doesNotThrow(() => new WordParser(false));
});
