// htpasswd files and the checking of passwords.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { hashSync } from 'bcryptjs';
import { parseHtpasswd } from '../../../../src/registry/server/auth/htpasswd.ts';
import { passwordChecker } from '../../../../src/registry/server/auth/passwords.ts';
import { reloadedFile } from '../../../../src/registry/server/auth/reloaded-file.ts';

const ann = hashSync('opensesame', 4);

describe('htpasswd files', () => {
  it('have a bcrypt hash for each user, comments and empty lines', () => {
    const { hashes } = parseHtpasswd(`# staff\n\nann:${ann}\nbob:${ann.replace('$2b$', '$2y$')}\n`, 'f');
    assert.deepEqual([...hashes.keys()], ['ann', 'bob']);
  });

  const refused = [
    ['ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=', /The password of "ann" is not kept as bcrypt/],
    ['ann:$apr1$abc$def', /not kept as bcrypt/],
    ['ann:plain', /not kept as bcrypt/],
    ['ann', /no user name/],
    [':x', /no user name/],
    [`ann:${ann}\nann:${ann}`, /The user "ann" is there twice/],
    [`ann:${ann.replace('$04$', '$31$')}`, /cost of "ann" is 31; expected 4 to 16/],
  ] as const;
  for (const [text, message] of refused)
    it(`are refused with ${JSON.stringify(text.slice(0, 24))}`, () => {
      assert.throws(() => parseHtpasswd(text, 'f'), { code: 'HTPASSWD_INVALID', message });
    });

  it('say the line that is wrong', () => {
    assert.throws(() => parseHtpasswd(`ann:${ann}\nbob:x`, 'f'), {
      location: { file: 'f', line: 2, column: 1 },
    });
  });
});

describe('checking passwords', () => {
  const file = parseHtpasswd(`ann:${ann}`, 'f');

  it('takes the right one, and no other, of known users only', async () => {
    const checker = passwordChecker();
    const check = (user: string, password: string) => checker.check({ user, password }, file, 'client');
    assert.equal(await check('ann', 'opensesame'), 'right');
    assert.equal(await check('ann', 'opensesame '), 'wrong');
    assert.equal(await check('bob', 'opensesame'), 'wrong');
    assert.equal(await check('ann', 'opensesame\0x'), 'wrong');
    assert.equal(await check('ann', 'x'.repeat(100_000)), 'wrong');
    assert.equal(await check('ann', 'opensesame'), 'right');
  });

  it('compares unknown users with a hash as dear as the dearest there is', () => {
    const mixed = parseHtpasswd(`ann:${ann}\nbob:${hashSync('x', 6)}`, 'f');
    assert.match(mixed.decoy, /^\$2b\$06\$/);
    assert.equal(mixed.decoy.length, ann.length);
  });

  it('forgets what it knew of a user whose hash changed', async () => {
    const checker = passwordChecker();
    const login = { user: 'ann', password: 'opensesame' };
    assert.equal(await checker.check(login, file, 'client'), 'right');
    assert.equal(
      await checker.check(login, parseHtpasswd(`ann:${hashSync('other', 4)}`, 'f'), 'client'),
      'wrong',
    );
  });

  it('says when more of a client are waiting than may, and refuses no other for it', async () => {
    for (const limits of [{ waitingOfOne: 2 }, { waiting: 2 }]) {
      const checker = passwordChecker(limits);
      const check = (password: string, client: string) =>
        checker.check({ user: 'ann', password }, file, client);
      const greedy = ['a', 'b', 'c'].map((password) => check(password, 'greedy'));
      assert.equal(await check('opensesame', 'other'), 'right');
      assert.deepEqual(await Promise.all(greedy), ['wrong', 'wrong', 'busy']);
      assert.equal(await check('c', 'greedy'), 'wrong');
    }
  });

  it('takes turns: who asks once does not wait for all that another asked before', async () => {
    const checker = passwordChecker();
    const ended: string[] = [];
    const check = (password: string, client: string) =>
      checker.check({ user: 'ann', password }, file, client).then(() => ended.push(client));
    const greedy = Array.from({ length: 60 }, (_, index) => check(`${index}`, 'greedy'));
    await check('opensesame', 'other');
    assert.ok(ended.length <= 10, `${ended.length} were checked before`);
    await Promise.all(greedy);
    assert.equal(ended.length, 61);
  });
});

describe('files that are read again', () => {
  it('give the new content once they change, and the old one as long as the new is wrong', async () => {
    const folder = mkdtempSync('/var/tmp/caisson-reload-');
    try {
      const path = `${folder}/htpasswd`;
      const problems: string[] = [];
      writeFileSync(path, `ann:${ann}\n`);
      const options = { interval: 0, onProblem: ({ message }: Error) => void problems.push(message) };
      const file = await reloadedFile(path, parseHtpasswd, options);
      writeFileSync(path, `ann:${ann}\nbob:${ann}\n`);
      await delay(5);
      assert.deepEqual([...(await file.current()).hashes.keys()], ['ann', 'bob']);
      writeFileSync(path, 'nonsense\n');
      assert.equal((await file.current()).hashes.size, 2);
      assert.equal((await file.current()).hashes.size, 2);
      assert.equal(problems.length, 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('must be readable at first', async () => {
    await assert.rejects(reloadedFile('/nonexistent/file', parseHtpasswd), { code: 'CONFIG_UNREADABLE' });
  });
});
