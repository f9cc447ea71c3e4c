// Memory that is read into again and again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveBack, takeSlab } from '../../src/core/index.ts';

test('a slab is used again once all that was handed out is back, in whatever pieces', () => {
  const slab = takeSlab();
  slab.lease(100);
  slab.lease(50);
  giveBack([slab.bytes.subarray(0, 30), slab.bytes.subarray(30, 100)]);
  slab.retire();
  assert.notEqual(takeSlab().bytes.buffer, slab.bytes.buffer);
  giveBack([slab.bytes.subarray(100, 150)]);
  assert.equal(takeSlab().bytes.buffer, slab.bytes.buffer);
});

test('a slab that is still read into is not given out, nor one twice', () => {
  const slab = takeSlab();
  slab.lease(10);
  giveBack([slab.bytes.subarray(0, 10)]);
  assert.notEqual(takeSlab().bytes.buffer, slab.bytes.buffer);
  slab.retire();
  slab.retire();
  giveBack([slab.bytes.subarray(0, 10)]);
  assert.equal(takeSlab().bytes.buffer, slab.bytes.buffer);
  assert.notEqual(takeSlab().bytes.buffer, slab.bytes.buffer);
});

test('memory of others is left alone', () => {
  const other = Buffer.alloc(1024 * 1024);
  giveBack([other, Buffer.from('x')]);
  assert.notEqual(takeSlab().bytes.buffer, other.buffer);
});
