// Scopes of tokens: what is asked for, what a challenge names, what is good for what.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  accessOf,
  covers,
  joined,
  parseAccess,
  scopesOf,
} from '../../../../src/registry/client/auth/access.ts';

describe('access', () => {
  it('is asked for by repository and action, at a mirror under its prefix', () => {
    const scope = { repository: 'app', actions: ['push', 'pull'], pullFrom: ['base', 'app'] } as const;
    assert.deepEqual(scopesOf(accessOf(scope, '')), ['repository:app:pull,push', 'repository:base:pull']);
    assert.deepEqual(scopesOf(accessOf(scope, 'hub/')), [
      'repository:hub/app:pull,push',
      'repository:hub/base:pull',
    ]);
    assert.deepEqual(scopesOf(accessOf({ catalog: true, actions: [] }, '')), ['registry:catalog:*']);
    assert.deepEqual(scopesOf(accessOf({ actions: [] }, '')), []);
  });

  const named: Readonly<Record<string, readonly string[]>> = {
    'repository:a/b:pull': ['repository:a/b:pull'],
    'repository:host:5000/b:pull,push': ['repository:host:5000/b:pull,push'],
    'repository:a:pull repository:a:push repository:b:*': ['repository:a:pull,push', 'repository:b:*'],
    'repository(plugin):a:pull': ['repository(plugin):a:pull'],
    'aws.amazonaws.com': [],
    'repository:a': [],
    '': [],
  };
  for (const [text, scopes] of Object.entries(named))
    it(`is named by a challenge: "${text}"`, () => assert.deepEqual(scopesOf(parseAccess(text)), scopes));

  it('is bounded in what a challenge may name', () => {
    const many = Array.from({ length: 1000 }, (_, at) => `repository:r${at}:pull`).join(' ');
    assert.ok(parseAccess(many).size <= 32);
  });

  const pairs: readonly (readonly [string, string, boolean])[] = [
    ['repository:a:pull,push', 'repository:a:pull', true],
    ['repository:a:pull', 'repository:a:pull,push', false],
    ['repository:a:*', 'repository:a:pull,delete', true],
    ['repository:a:pull', 'repository:b:pull', false],
    ['repository:a:pull repository:b:pull', 'repository:b:pull', true],
    ['repository:a:pull', '', true],
    ['', 'repository:a:pull', false],
  ];
  for (const [wide, narrow, expected] of pairs)
    it(`"${wide}" is ${expected ? '' : 'not '}good for "${narrow}"`, () =>
      assert.equal(covers(parseAccess(wide), parseAccess(narrow)), expected));

  it('is joined', () => {
    const both = joined(parseAccess('repository:a:pull'), parseAccess('repository:a:push repository:b:pull'));
    assert.deepEqual(scopesOf(both), ['repository:a:pull,push', 'repository:b:pull']);
  });
});
