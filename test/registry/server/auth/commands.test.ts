// `caisson registry serve --auth …` as a process: passwords in its threads, tokens, files that change while it serves.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { hashSync } from 'bcryptjs';
import { registryProcess } from '../../../support/registry-server.ts';

function lineOf(user: string, password: string): string {
  return `${user}:${hashSync(password, 4)}\n`;
}

async function status(url: string, login?: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(login ?? '').toString('base64')}`;
  const response = await fetch(`${url}/v2/`, login === undefined ? {} : { headers: { authorization } });
  await response.text();
  return response.status;
}

describe('caisson registry serve --auth', () => {
  it('knows its users, those that come later too', async () => {
    const folder = mkdtempSync('/var/tmp/caisson-auth-');
    try {
      const file = `${folder}/htpasswd`;
      writeFileSync(file, lineOf('ann', 'one'));
      await using registry = await registryProcess(['--auth', `htpasswd:${file}`, '--token-service']);
      const { url } = registry;
      assert.deepEqual(
        [await status(url), await status(url, 'ann:one'), await status(url, 'ann:two')],
        [401, 200, 401],
      );
      const { token } = (await (
        await fetch(`${url}/token`, { headers: { authorization: `Basic ${btoa('ann:one')}` } })
      ).json()) as { token: string };
      assert.equal(
        (await fetch(`${url}/v2/`, { headers: { authorization: `Bearer ${token}` } })).status,
        200,
      );
      writeFileSync(file, lineOf('bob', 'three'));
      for (const deadline = Date.now() + 20_000; (await status(url, 'bob:three')) !== 200; await delay(100))
        assert.ok(Date.now() < deadline);
      assert.equal(await status(url, 'ann:one'), 401);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
