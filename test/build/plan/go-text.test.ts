// Values as Go writes them; the expectations come from Go's documentation of strconv.Quote and time.Duration.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { quote } from '../../../grammar/index.ts';
import { duration, plainList, quoteList, quoteNumber } from '../../../src/build/plan/go-text.ts';

const durations: readonly (readonly [number, string])[] = [
  [0, '0s'],
  [1, '1ns'],
  [1100, '1.1µs'],
  [2_200_000, '2.2ms'],
  [100_000_000, '100ms'],
  [3_300_000_000, '3.3s'],
  [10_000_000_000, '10s'],
  [100_000_000_000, '1m40s'],
  [245_000_000_000, '4m5s'],
  [245_001_000_000, '4m5.001s'],
  [18_367_001_000_000, '5h6m7.001s'],
  [90_000_000_000_000, '25h0m0s'],
  [480_000_000_001, '8m0.000000001s'],
];

suite('durations', () => {
  for (const [nanoseconds, text] of durations) {
    test(text, () => assert.equal(duration(nanoseconds), text));
  }
});

const quoted: readonly (readonly [string, string])[] = [
  ['', '""'],
  ['plain é 😀', '"plain é 😀"'],
  ['"q" \\', '"\\"q\\" \\\\"'],
  ["it's", '"it\'s"'],
  ['\u0007\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
  ['\u0001\u001b\u007f', '"\\x01\\x1b\\x7f"'],
  ['\u00a0\u200b\ufeff', '"\\u00a0\\u200b\\ufeff"'],
  ['\u{e0001}', '"\\U000e0001"'],
];

suite('quoted strings', () => {
  for (const [text, expected] of quoted) {
    test(expected, () => assert.equal(quote(text), expected));
  }
});

const numbers: readonly (readonly [number, string])[] = [
  [0, "'\\x00'"],
  [4, "'\\x04'"],
  [39, "'\\''"],
  [34, "'\"'"],
  [65, "'A'"],
  [300, "'Ĭ'"],
  [0xd800, "'\ufffd'"],
  [0x110000, "'\ufffd'"],
];

suite('quoted numbers', () => {
  for (const [value, expected] of numbers) {
    test(String(value), () => assert.equal(quoteNumber(value), expected));
  }
});

test('lists', () => {
  assert.equal(quoteList(['a', 'b c']), '["a" "b c"]');
  assert.equal(quoteList([]), '[]');
  assert.equal(plainList(['a', 'b c']), '[a b c]');
});
