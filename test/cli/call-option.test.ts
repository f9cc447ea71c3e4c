// `--call` takes buildx's syntax.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { callOf, parseCall } from '../../src/cli/options/check.ts';

const plain = { format: 'text', ignoreStatus: false, rules: 'all' } as const;

suite('--call', () => {
  test('names a method, and may say how to answer', () => {
    assert.deepEqual(parseCall('check'), { ...plain, method: 'check' });
    assert.deepEqual(parseCall('lint'), { ...plain, method: 'check' });
    assert.deepEqual(parseCall('format=json,outline'), { ...plain, method: 'outline', format: 'json' });
    assert.deepEqual(parseCall('check,format=plain,ignorestatus=true'), {
      ...plain,
      method: 'check',
      ignoreStatus: true,
    });
    assert.deepEqual(parseCall('check,format=sarif,rules=buildkit'), {
      ...plain,
      method: 'check',
      format: 'sarif',
      rules: 'buildkit',
    });
    assert.equal(parseCall('build'), undefined);
  });

  test('--check is short for it', () => {
    assert.deepEqual(callOf({ check: true }), { ...plain, method: 'check' });
    assert.deepEqual(callOf({ check: true, call: parseCall('check,format=json') }), {
      ...plain,
      method: 'check',
      format: 'json',
    });
    assert.equal(callOf({}), undefined);
  });

  for (const [text, message] of [
    ['check,foo', 'invalid print value: check,foo'],
    ['check,a=b', 'invalid print field: a=b'],
    ['check,ignorestatus=maybe', 'invalid ignorestatus print value: maybe'],
    ['check,format=xml', 'unsupported format "xml": use text, json, sarif.'],
    ['nonsense', 'unsupported method "nonsense": use build, check, outline or targets.'],
    ['outline,format=sarif', 'the format sarif is for "check" alone.'],
  ] as const)
    test(`refuses ${text}`, () => assert.throws(() => parseCall(text), { message }));
});
