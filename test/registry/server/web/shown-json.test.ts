// JSON on pages: readable, and never much longer than what was pushed.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shownJson } from '../../../../src/registry/server/web/shown-json.ts';

/** `inner` within so many arrays. */
function nested(depth: number, inner: string): unknown {
  return JSON.parse(`${'['.repeat(depth)}${inner}${']'.repeat(depth)}`);
}

describe('JSON on a page', () => {
  it('has a line for each member', () => {
    assert.equal(shownJson({ a: ['[{"'], b: {} }), '{\n  "a": [\n    "[{\\""\n  ],\n  "b": {}\n}');
  });

  it('is left on one line where deep lines would make it far longer', () => {
    const ones = `${'1,'.repeat(100_000)}1`;
    assert.equal(shownJson(nested(1000, ones)).length, 2000 + ones.length);
  });

  it('is cut where it is long', () => {
    assert.equal(shownJson('x'.repeat(5_000_000)).length, 2 * 1024 * 1024 + 1);
  });

  it('says when it cannot be written', () => {
    assert.match(shownJson(nested(200_000, '')), /nested too deep/);
  });
});
