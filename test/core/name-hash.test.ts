// The plain SHA-256 against Node's.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it } from 'node:test';
import { nameHash } from '../../src/core/index.ts';
import { fc } from '../support/property.ts';

const expected = (text: string) => createHash('sha256').update(text).digest('hex');

for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 4096])
  it(`hashes ${length} characters`, () =>
    assert.equal(nameHash('x'.repeat(length)), expected('x'.repeat(length))));

it('hashes any text as Node does', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) =>
      assert.equal(nameHash(text), expected(text)),
    ),
  ));
