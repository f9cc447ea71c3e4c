// Option values: sizes, moments, pairs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairs, parseMoment, parseSize } from '../../src/cli/options/collect.ts';

const sizes: Readonly<Record<string, number>> = {
  '1024': 1024,
  '1b': 1,
  '1k': 1024,
  '512m': 536870912,
  '1.5g': 1610612736,
  '2GB': 2147483648,
  '1KiB': 1024,
  '-1': -1,
};
for (const [text, bytes] of Object.entries(sizes))
  test(`${text} is ${bytes} bytes`, () => assert.equal(parseSize(text), bytes));

for (const text of ['', 'm', '1x', '1 2', '--1'])
  test(`"${text}" is no size`, () => assert.throws(() => parseSize(text)));

test('a moment is a time, seconds, or a span before now', () => {
  assert.equal(parseMoment('2026-01-02T03:04:05Z'), Date.UTC(2026, 0, 2, 3, 4, 5));
  assert.equal(parseMoment('1700000000.5'), 1_700_000_000_500);
  const expected = Date.now() - 5_400_000;
  assert.ok(Math.abs(parseMoment('1h30m') - expected) < 1000);
  assert.throws(() => parseMoment('yesterday'));
  assert.throws(() => parseMoment(''));
});

test('a pair without a value takes it from the environment, where that is asked for', () => {
  process.env['CAISSON_TEST_PAIR'] = 'here';
  try {
    assert.deepEqual(pairs(['CAISSON_TEST_PAIR', 'CAISSON_TEST_NONE', 'A=b=c'], true), {
      CAISSON_TEST_PAIR: 'here',
      A: 'b=c',
    });
    assert.deepEqual(pairs(['CAISSON_TEST_PAIR'], false), { CAISSON_TEST_PAIR: '' });
  } finally {
    delete process.env['CAISSON_TEST_PAIR'];
  }
});
