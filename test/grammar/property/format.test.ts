// Formatting keeps the meaning: what is parsed, formatted and parsed again is the same tree, and formatting again changes nothing.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Dockerfile, format, type Item, parseDockerfile } from '../../../grammar/index.ts';
import { fc } from '../../support/property.ts';
import { mutated, samples, soup } from './soup.ts';

const places = new Set(['range', 'nameRange', 'valueRange', 'keyRange', 'contentRange', 'raw', 'original']);

/** The tree without what a style may change: places, the case of keywords, and how many empty lines are in a row. */
function meaning({ escape: mark, items }: Dockerfile): unknown {
  const written = JSON.stringify({ mark, items }, (name, value: unknown) => {
    if (places.has(name)) return undefined;
    if (name === 'keyword') return (value as { text: string }).text.toUpperCase();
    return name === 'items' ? (value as Dockerfile['items']).filter(isFirstEmpty).map(withSource) : value;
  });
  return JSON.parse(written);
}

function isFirstEmpty(item: Item, index: number, items: readonly Item[]): boolean {
  return !isEmpty(item) || !isEmpty(items[index - 1]);
}

function isEmpty(item: Item | undefined): boolean {
  return item?.kind === 'blank' && item.raw.trim() === '';
}

// What is invalid has nothing but its source.
function withSource(item: Item): object {
  if (item.kind === 'invalid') return { kind: item.kind, source: item.raw.replace(/\n$/, '') };
  return item.kind === 'blank' ? { kind: item.kind, source: item.raw.trim() } : item;
}

function check(source: string): void {
  const { ast, diagnostics } = parseDockerfile(source);
  const formatted = format(ast);
  const again = parseDockerfile(formatted);
  assert.deepEqual(meaning(again.ast), meaning(ast), formatted);
  assert.deepEqual(
    again.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
    diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
  );
  assert.equal(format(again.ast), formatted);
}

test('every sample', () => {
  for (const source of samples) check(source);
});

test('every text that once failed', () => {
  const folder = new URL('../../fuzz/corpus/', import.meta.url);
  for (const name of globSync('*.Dockerfile', { cwd: folder }))
    check(readFileSync(new URL(name, folder), 'utf8'));
});

test('any text', () => {
  fc.assert(fc.property(soup, check), { numRuns: 4000 });
});

test('mutated real files', () => {
  fc.assert(fc.property(mutated, check), { numRuns: 2000 });
});
