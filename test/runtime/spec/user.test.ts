// resolveUser and resolveGroups: Docker's rules, and files made to mislead.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveGroups, resolveUser } from '../../../src/runtime/spec/index.ts';

const passwd = `root:x:0:0:root:/root:/bin/sh
joe:x:1000:1001:Joe:/home/joe:/bin/sh
1000:x:77:78::/seventy:/bin/sh
twin:x:1000:5::/twin:
`;
const group = `root:x:0:
joe:x:1001:
wheel:x:10:joe,root
dialout:x:20:joe
`;

const cases: readonly (readonly [user: string, uid: number, gids: readonly number[], home: string])[] = [
  ['', 0, [0, 10], '/root'],
  ['root', 0, [0, 10], '/root'],
  ['0', 0, [0, 10], '/root'],
  ['joe', 1000, [1001, 10, 20], '/home/joe'],
  ['1000', 1000, [1001, 10, 20], '/home/joe'],
  ['joe:wheel', 1000, [10], '/home/joe'],
  ['joe:5', 1000, [5], '/home/joe'],
  ['1234', 1234, [0], '/'],
  ['1234:1001', 1234, [1001], '/'],
  [':20', 0, [20], '/root'],
];

for (const [user, uid, gids, home] of cases) {
  test(`user '${user}' is ${uid} with groups ${gids}`, () => {
    const resolved = resolveUser(user, passwd, group);
    assert.deepEqual(resolved, { uid, gid: gids[0], additionalGids: gids, home });
  });
}

test('without files, numbers work and names do not', () => {
  assert.deepEqual(resolveUser('', '', ''), { uid: 0, gid: 0, additionalGids: [0], home: '/' });
  assert.throws(() => resolveUser('root', '', ''), { code: 'USER_NOT_FOUND' });
});

test("unknown names are reported in Docker's words, with what was meant", () => {
  assert.throws(() => resolveUser('jon', passwd, group), {
    message: 'unable to find user jon: no matching entries in passwd file',
    hint: "Did you mean 'joe'?",
  });
  assert.throws(() => resolveUser('joe:whel', passwd, group), {
    message: 'unable to find group whel: no matching entries in group file',
    hint: "Did you mean 'wheel'?",
  });
  for (const user of ['4294967296', '2147483648', '-1', 'joe:99999999999'])
    assert.throws(() => resolveUser(user, passwd, group), { code: 'USER_INVALID' }, user);
});

test('malformed entries make nobody root', () => {
  const hostile = 'app:x:abc:0::/:\napp2:x::::\n:x:0:0::/:\nbig:x:4294967296:0::/:\nonly\n';
  for (const user of ['app', 'app2', 'big', 'only'])
    assert.throws(() => resolveUser(user, hostile, ''), { code: 'USER_NOT_FOUND' }, user);
});

test('a hundred thousand memberships are cut to what the kernel takes, and huge files are refused', () => {
  const many = Array.from({ length: 100_000 }, (_, gid) => `g${gid}:x:${gid}:joe`).join('\n');
  assert.equal(resolveUser('joe', passwd, many).additionalGids.length, 65536);
  assert.throws(() => resolveUser('joe', 'x'.repeat(17 * 1024 * 1024), ''), { code: 'USER_INVALID' });
});

test('groups by name and number', () => {
  assert.deepEqual(resolveGroups(['dialout', '77'], group), [20, 77]);
  assert.throws(() => resolveGroups(['nope'], group), { code: 'GROUP_NOT_FOUND' });
});
