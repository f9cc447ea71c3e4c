// What fetching shows to servers, and to whom it does not: tokens, and the forwarded ssh agent.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { isCaissonError } from '../../../../src/core/index.ts';
import { serveGit } from '../../../support/git-server.ts';
import { openFetcher } from './fetcher.ts';

suite('credentials', () => {
  const admitWith = (header: string) => (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers.authorization === header) return true;
    response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end();
    return false;
  };

  test('come from secrets, by host or for all; they are in no output', async () => {
    const token = Buffer.from('x-access-token:s3cret').toString('base64');
    await using server = await serveGit(admitWith(`basic ${token}`));
    await using fetcher = await openFetcher();
    server.repository('r').commit({ a: 'x' });
    const { host } = new URL(server.url);
    for (const name of ['GIT_AUTH_TOKEN', `GIT_AUTH_TOKEN.${host}`]) {
      const access = { proxies: {}, secret: (id: string) => (id === name ? 's3cret\n' : undefined) };
      assert.deepEqual((await fetcher.fetch(`${server.url}/r.git`, { access })).tree, ['f644 a']);
    }
    const access = { proxies: {}, secret: () => 'wrong-s3cret' };
    await assert.rejects(fetcher.fetch(`${server.url}/r.git`, { access }), (error) => {
      assert.ok(isCaissonError(error, 'GIT_FAILED'));
      assert.match(error.hint ?? '', /GIT_AUTH_TOKEN/);
      assert.doesNotMatch(error.message + fetcher.output(), /s3cret/);
      return true;
    });
  });

  test('are not sent along when the server sends the request elsewhere', async () => {
    let leaked: string | undefined;
    await using other = await serveGit((request) => {
      leaked ??= request.headers.authorization;
      return true;
    });
    other.repository('r').commit({ a: 'x' });
    await using server = await serveGit((request, response) => {
      response.writeHead(302, { Location: `${other.url}${request.url}` }).end();
      return false;
    });
    await using fetcher = await openFetcher();
    const access = { proxies: {}, secret: () => 'token' };
    await assert.rejects(fetcher.fetch(`${server.url}/r.git`, { access }), { code: 'GIT_FAILED' });
    assert.equal(leaked, undefined);
    assert.deepEqual((await fetcher.fetch(`${server.url}/r.git`)).tree, ['f644 a']);
  });

  test('ssh is given the forwarded agent, no configuration, and the hosts that are known', async (t) => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    const repository = server.repository('r');
    const commit = repository.commit({ a: 'x' });
    const folder = mkdtempSync('/var/tmp/caisson-git-ssh-');
    const before = process.env['PATH'];
    t.after(() => {
      process.env['PATH'] = before;
      rmSync(folder, { recursive: true, force: true });
    });
    // Stands in for the program ssh: notes what it is told, and runs the command here.
    const program = `#!/bin/sh\necho "$SSH_AUTH_SOCK $*" >>${folder}/log\nfor last; do :; done\neval "$last"\n`;
    writeFileSync(join(folder, 'ssh'), program, { mode: 0o755 });
    process.env['PATH'] = `${folder}:${before}`;
    const served: string[] = [];
    const serveAgent = async (id: string, path: string): Promise<AsyncDisposable> => {
      served.push(`${id} ${path}`);
      return { [Symbol.asyncDispose]: async () => void served.push('ended') };
    };
    const url = `git@127.0.0.1:${repository.folder}`;
    assert.equal((await fetcher.fetch(url, { access: { proxies: {}, serveAgent } })).commit, commit);
    const [first = ''] = readFileSync(join(folder, 'log'), 'utf8').split('\n');
    const [socket = '', ...args] = first.split(' ');
    assert.equal(served[0], `default ${socket}`);
    assert.equal(served.filter((line) => line === 'ended').length, served.length / 2);
    assert.match(args.join(' '), /^-F \/dev\/null -o BatchMode=yes -o StrictHostKeyChecking=accept-new/);
  });

  test('ssh without an agent is refused before anything is reached', async () => {
    await using fetcher = await openFetcher();
    await assert.rejects(fetcher.fetch('git@127.0.0.1:r.git'), { code: 'SSH_NOT_FORWARDED' });
  });
});
