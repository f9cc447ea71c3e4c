// Ignore files by an oracle: moby's patternmatcher put into words once more, on regular expressions, where the product has an automaton.

import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { compileIgnore, type IgnoreMatcher, parseIgnoreFile } from '../../../src/build/context/index.ts';
import { fc } from '../../support/property.ts';

interface OraclePattern {
  readonly isException: boolean;
  readonly match: (path: string) => boolean;
}

/** `ignorefile.ReadAll`: the lines that are patterns. */
function readLines(file: string): readonly string[] {
  return file.split('\n').flatMap((line) => {
    const trimmed = line.trim();
    if (line.startsWith('#') || trimmed === '') return [];
    const mark = trimmed.startsWith('!') ? '!' : '';
    const written = trimmed.slice(mark.length).trim();
    const clean = written === '' ? '' : cleanPath(written);
    return [mark + (clean.length > 1 && clean.startsWith('/') ? clean.slice(1) : clean)];
  });
}

/** `patternmatcher.New`; undefined for an exception of nothing. */
function oraclePatterns(file: string): readonly OraclePattern[] | undefined {
  const lines = readLines(file).filter((line) => line.trim() !== '');
  const clean = lines.map((line) => cleanPath(line.trim()));
  if (clean.includes('!')) return undefined;
  return clean.map((pattern) => {
    const isException = pattern.startsWith('!');
    return { isException, match: matcherOf(isException ? pattern.slice(1) : pattern) };
  });
}

function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

type Kind = 'exact' | 'prefix' | 'suffix' | 'expression';

/** `Pattern.match`. */
function matcherOf(pattern: string): (path: string) => boolean {
  const { kind, expression } = compile(pattern);
  const found = kind === 'expression' ? new RegExp(`${expression}$`, 's') : undefined;
  const suffix = pattern.slice(2);
  const matchers: Readonly<Record<Kind, (path: string) => boolean>> = {
    exact: (path) => path === pattern,
    prefix: (path) => path.startsWith(pattern.slice(0, -2)),
    suffix: (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1)),
    expression: (path) => found?.test(path) ?? false,
  };
  return matchers[kind];
}

const token = /\*\*\/?|\\[\s\S]?|[\s\S]/g;

/** `Pattern.compile`: plain names, and `**` at one end, have no need of an expression. */
function compile(pattern: string): { readonly kind: Kind; readonly expression: string } {
  let kind: Kind = 'exact';
  let expression = '^';
  for (const { 0: text, index } of pattern.matchAll(token)) {
    const isLast = index + text.length === pattern.length;
    if (text.startsWith('**')) {
      expression += isLast ? '.*' : '(.*/)?';
      if (index === 0) kind = 'suffix';
      else kind = isLast && kind === 'exact' ? 'prefix' : 'expression';
    } else {
      expression += expressionOf[text] ?? text;
      if ('*?[]\\'.includes(text.charAt(0))) kind = 'expression';
    }
  }
  return { kind, expression };
}

const expressionOf: Readonly<Record<string, string>> = {
  '*': '[^/]*',
  '?': '[^/]',
  ...Object.fromEntries([...'.+()|{}$'].map((character) => [character, `\\${character}`])),
};

/** `MatchesUsingParentResults`, from the first folder down. */
function oracleIgnores(patterns: readonly OraclePattern[], path: string): boolean {
  const names = path.split('/');
  let parents: readonly boolean[] = [];
  let isIgnored = false;
  for (let depth = 1; depth <= names.length; depth++) {
    const results: boolean[] = patterns.map(() => false);
    isIgnored = false;
    for (const [index, { isException, match }] of patterns.entries()) {
      const byParent = parents[index] ?? false;
      if (!byParent && isException !== isIgnored) continue;
      if (!byParent && !match(names.slice(0, depth).join('/'))) continue;
      results[index] = true;
      isIgnored = !isException;
    }
    parents = results;
  }
  return isIgnored;
}

function productIgnores(matcher: IgnoreMatcher, path: string): boolean {
  return path.split('/').reduce((state, name) => matcher.enter(state, name), matcher.root).ignored;
}

const piece = fc.constantFrom(
  ...[
    'a',
    'b',
    'ab',
    '*',
    '*',
    '?',
    '**',
    '/',
    '/',
    '.',
    '..',
    '[ab]',
    '[^a]',
    '[a-c]',
    '\\*',
    '\\?',
    '+',
    '$',
    ' ',
    '#',
  ],
);
const pattern = fc
  .tuple(fc.constantFrom('', '', '', '!', '/', '**/'), fc.array(piece, { minLength: 1, maxLength: 6 }))
  .map(([start, pieces]) => start + pieces.join(''));
const name = fc.array(fc.constantFrom('a', 'b', 'c', '.', '*', '?', '+', '#'), {
  minLength: 1,
  maxLength: 3,
});
const path = fc
  .array(
    name.map((characters) => characters.join('')).filter((text) => text !== '.' && text !== '..'),
    { minLength: 1, maxLength: 4 },
  )
  .map((names) => names.join('/'));

test('what is ignored is what the reference ignores', () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 5 }),
      fc.array(path, { minLength: 1, maxLength: 8 }),
      (lines, paths) => {
        const file = lines.join('\n');
        const oracle = oraclePatterns(file);
        const compile = () => compileIgnore(parseIgnoreFile(file));
        if (!oracle) return void assert.throws(compile, { code: 'IGNORE_PATTERN_INVALID' });
        const matcher = compile();
        for (const each of paths)
          assert.equal(
            productIgnores(matcher, each),
            oracleIgnores(oracle, each),
            `${JSON.stringify(lines)} ${each}`,
          );
      },
    ),
    { numRuns: 20_000 },
  );
});
