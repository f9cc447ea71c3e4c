// The spellings of booleans that Go takes, and no others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGoBoolean } from '../../src/core/index.ts';

test('twelve spellings are booleans', () => {
  for (const text of ['1', 't', 'T', 'true', 'TRUE', 'True']) assert.equal(parseGoBoolean(text), true, text);
  for (const text of ['0', 'f', 'F', 'false', 'FALSE', 'False'])
    assert.equal(parseGoBoolean(text), false, text);
});

test('anything else is none', () => {
  for (const text of ['', ' true', 'tRue', 'yes', 'on', '2', 'constructor'])
    assert.equal(parseGoBoolean(text), undefined, text);
});
