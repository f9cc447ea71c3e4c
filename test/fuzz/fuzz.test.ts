// The fuzzer in short: inputs that once failed, and some thousands from fixed seeds.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkInput } from './check.ts';
import { inputAt, readCorpus } from './input.ts';
import { minimise } from './minimise.ts';

const folder = fileURLToPath(new URL('corpus/', import.meta.url));

for (const name of globSync('*.Dockerfile', { cwd: folder }).toSorted())
  test(name, () => checkInput(readFileSync(`${folder}${name}`, 'utf8')));

test('the n-th input of a seed is always the same', () => {
  const corpus = readCorpus();
  assert.equal(inputAt(corpus, 1, 77), inputAt(corpus, 1, 77));
  assert.notEqual(inputAt(corpus, 1, 77), inputAt(corpus, 2, 77));
});

test('inputs of a fixed seed, for three seconds', () => {
  const corpus = readCorpus();
  const end = performance.now() + 3000;
  for (let index = 0; performance.now() < end; index++) {
    const input = inputAt(corpus, 20260101, index);
    try {
      checkInput(input);
    } catch (error) {
      throw new Error(`Input ${index} failed: ${JSON.stringify(input.slice(0, 500))}`, { cause: error });
    }
  }
});

test('what fails is made small', () => {
  const worker = new URL('fails-on-x.ts', import.meta.url);
  const scratch = `${folder}.scratch`;
  assert.equal(minimise('FROM a\nRUN x y\n', { worker, heap: 64, seconds: 20, scratch }), 'x');
});
