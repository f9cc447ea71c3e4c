// Text made safe and short, sizes and ages as Docker prints them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dockerTime, fit, humanDuration, humanSize, safeText } from '../../src/cli/ui/text.ts';

const unsafe: Readonly<Record<string, string>> = {
  '\u001b[31mred\u001b[0m': 'red',
  '\u001b]0;title\u0007text': 'text',
  '\u001b]8;;http://x\u001b\\link': 'link',
  'old\rnew': 'new',
  'line\r': 'line',
  'a\tb\u0000\u009bc': 'a    bc',
};
for (const [text, expected] of Object.entries(unsafe))
  test(`${JSON.stringify(text)} shows as "${expected}"`, () => assert.equal(safeText(text), expected));

test('what is too long ends in an ellipsis', () => {
  assert.equal(fit('abcdef', 6), 'abcdef');
  assert.equal(fit('abcdefg', 6), 'abcde…');
});

for (const [bytes, text] of [
  [0, '0B'],
  [999, '999B'],
  [1000, '1kB'],
  [4_260_000, '4.26MB'],
  [123_456_789_012, '123GB'],
] as const)
  test(`${bytes} bytes are ${text}`, () => assert.equal(humanSize(bytes), text));

for (const [seconds, text] of [
  [0, 'Less than a second'],
  [1, '1 second'],
  [59, '59 seconds'],
  [60, 'About a minute'],
  [3599, '59 minutes'],
  [3600, 'About an hour'],
  [86_400, '24 hours'],
  [86_400 * 3, '3 days'],
  [86_400 * 20, '2 weeks'],
  [86_400 * 100, '3 months'],
  [86_400 * 800, '2 years'],
] as const)
  test(`${seconds} seconds are "${text}"`, () => assert.equal(humanDuration(seconds * 1000), text));

test('a moment is printed as Docker does', () => {
  assert.equal(dockerTime(Date.UTC(2026, 10, 20, 23, 45, 12)), '2026-11-20 23:45:12 +0000 UTC');
});
