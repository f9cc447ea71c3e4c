// The access file: who may pull, push and delete what.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePolicy } from '../../../../src/registry/server/auth/policy.ts';

const policy = parsePolicy(
  JSON.stringify({
    groups: { devs: ['ann', 'bob'] },
    repositories: {
      'team/secret': { pull: ['ann'] },
      'team/**': { pull: ['anonymous'], push: ['@devs'], delete: ['ann'] },
      'users/{user}/*': { push: ['*'], delete: ['*'] },
      'drop-*': { push: ['anonymous'] },
      'all/**': { pull: ['*'] },
    },
  }),
  'access.json',
);

describe('the access file', () => {
  const cases = [
    [undefined, 'pull', 'team/app', true],
    [undefined, 'push', 'team/app', false],
    ['ann', 'push', 'team/app', true],
    ['bob', 'push', 'team/a/b/c', true],
    ['bob', 'delete', 'team/app', false],
    ['ann', 'delete', 'team/app', true],
    ['eve', 'push', 'team/app', false],
    // The first pattern that matches decides.
    [undefined, 'pull', 'team/secret', false],
    ['ann', 'pull', 'team/secret', true],
    ['ann', 'push', 'team/secret', false],
    // A user's own place.
    ['eve', 'push', 'users/eve/x', true],
    ['eve', 'pull', 'users/eve/x', true],
    ['eve', 'push', 'users/ann/x', false],
    ['eve', 'push', 'users/eve/x/y', false],
    ['.*', 'push', 'users/ann/x', false],
    [undefined, 'push', 'users//x', false],
    // Who may push may pull.
    [undefined, 'pull', 'drop-box', true],
    [undefined, 'push', 'drop-box/x', false],
    // Words that are nobody's name.
    ['anonymous', 'pull', 'all/x', true],
    [undefined, 'pull', 'all/x', false],
    ['eve', 'pull', 'elsewhere', false],
    ['eve', 'pull', 'teamXapp', false],
  ] as const;
  for (const [user, action, repository, allowed] of cases)
    it(`${allowed ? 'lets' : 'does not let'} ${user ?? 'anybody'} ${action} ${repository}`, () => {
      assert.equal(policy.allows(user, action, repository), allowed);
    });

  const refused = [
    ['{', /is not JSON/],
    ['[]', /the file is not an object/],
    ['{"repositories":[]}', /"repositories" is not an object/],
    ['{"repositories":{},"extra":1}', /the file has "extra"; expected "groups", "repositories"/],
    [
      '{"repositories":{"a":{"read":["x"]}}}',
      /"repositories"."a" has "read"; expected "pull", "push", "delete"/,
    ],
    ['{"repositories":{"a":{"pull":"x"}}}', /"repositories"."a"."pull" is not a list/],
    ['{"repositories":{"a":{"pull":["@ops"]}}}', /names the group "ops", which "groups" does not have/],
    ['{"repositories":{"A b":{"pull":["x"]}}}', /is no pattern of repository names/],
  ] as const;
  for (const [text, message] of refused)
    it(`is refused as ${text}`, () => {
      assert.throws(() => parsePolicy(text, 'access.json'), { code: 'ACCESS_INVALID', message });
    });
});
