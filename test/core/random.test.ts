// Random bytes and numbers.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomBytes, randomInt } from '../../src/core/index.ts';

it('gives as many bytes as asked for, others each time', () => {
  assert.equal(randomBytes(0).length, 0);
  const all = Array.from({ length: 100 }, () => randomBytes(32).toString('hex'));
  assert.ok(all.every((hex) => hex.length === 64));
  assert.equal(new Set(all).size, 100);
});

it('gives every number of a range, and no other', () => {
  const seen = new Set(Array.from({ length: 500 }, () => randomInt(3, 8)));
  assert.deepEqual([...seen].sort(), [3, 4, 5, 6, 7]);
});
