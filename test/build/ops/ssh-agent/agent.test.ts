// Agents that steps reach, asked by OpenSSH's own programs.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createSshAgents } from '../../../../src/build/ops/ssh-agent/index.ts';
import { CaissonError } from '../../../../src/core/index.ts';

const hasOpenSsh = spawnSync('ssh-keygen', ['-?']).error === undefined;

/** Asynchronous: this process is the agent that answers. */
function run(
  program: string,
  args: readonly string[],
  socket: string,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, args, { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

describe('an agent for build steps', { skip: hasOpenSsh ? false : 'OpenSSH is not installed' }, () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync('/var/tmp/caisson-ssh-');
  });
  after(() => rmSync(folder, { recursive: true }));

  const makeKey = (name: string, ...options: readonly string[]): string => {
    const file = join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-N', '', '-C', `comment ${name}`, '-f', file, ...options]);
    return file;
  };

  const forms: readonly (readonly [name: string, options: readonly string[]])[] = [
    ['ed25519', ['-t', 'ed25519']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['rsa-pem', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
    ['rsa-pkcs8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
    ['ecdsa-256', ['-t', 'ecdsa', '-b', '256']],
    ['ecdsa-384', ['-t', 'ecdsa', '-b', '384']],
    ['ecdsa-521', ['-t', 'ecdsa', '-b', '521']],
    ['ecdsa-pem', ['-t', 'ecdsa', '-b', '256', '-m', 'PEM']],
  ];
  for (const [name, options] of forms)
    it(`lists and signs with a key in a file: ${name}`, async () => {
      const file = makeKey(name, ...options);
      const socket = join(folder, `${name}.sock`);
      const serving = createSshAgents([{ id: 'default', paths: [file] }]).serve('default', socket);
      assert.ok(serving);
      await using _ = await serving;
      const listed = await run('ssh-add', ['-L'], socket);
      const [type, blob] = readFileSync(`${file}.pub`, 'utf8').split(' ');
      assert.ok(listed.output.startsWith(`${type} ${blob}`), listed.output);
      const data = join(folder, `${name}.data`);
      writeFileSync(data, 'signed by a step');
      rmSync(file);
      const signed = await run('ssh-keygen', ['-Y', 'sign', '-n', 'test', '-f', `${file}.pub`, data], socket);
      assert.equal(signed.code, 0, signed.output);
      const checked = spawnSync('ssh-keygen', ['-Y', 'check-novalidate', '-n', 'test', '-s', `${data}.sig`], {
        input: 'signed by a step',
      });
      assert.equal(checked.status, 0, String(checked.stderr));
    });

  it('forwards an agent, but neither adds nor removes keys, nor locks it', async () => {
    const file = makeKey('forwarded', '-t', 'ed25519');
    const own = join(folder, 'own.sock');
    const agent = spawn('ssh-agent', ['-D', '-a', own], { stdio: 'ignore' });
    try {
      while (spawnSync('test', ['-S', own]).status !== 0)
        await new Promise((resolve) => setTimeout(resolve, 20));
      execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: own }, stdio: 'ignore' });
      const socket = join(folder, 'forward.sock');
      const serving = createSshAgents([{ id: '', paths: [own] }]).serve('default', socket);
      assert.ok(serving);
      await using _ = await serving;
      assert.match((await run('ssh-add', ['-L'], socket)).output, /comment forwarded/);
      assert.notEqual((await run('ssh-add', ['-D'], socket)).code, 0);
      assert.notEqual((await run('ssh-add', [makeKey('other', '-t', 'ed25519')], socket)).code, 0);
      assert.match((await run('ssh-add', ['-L'], socket)).output, /^ssh-ed25519 \S+ comment forwarded\n$/);
    } finally {
      agent.kill();
    }
  });

  it('closes the connection of who sends what is no message', async () => {
    const socket = join(folder, 'hostile.sock');
    const agents = createSshAgents([{ id: 'default', paths: [makeKey('hostile', '-t', 'ed25519')] }]);
    const serving = agents.serve('default', socket);
    assert.ok(serving);
    await using _ = await serving;
    const client = createConnection(socket);
    client.write(Buffer.from('ffffffff0b', 'hex'));
    await new Promise((resolve) => client.once('close', resolve));
    const second = createConnection(socket);
    second.write(Buffer.from('000000050dffffffff', 'hex'));
    const [answer] = await new Promise<Buffer[]>((resolve) =>
      second.once('data', (data) => resolve([data as Buffer])),
    );
    assert.equal(answer?.toString('hex'), '0000000105');
    second.destroy();
  });

  it('refuses what is no key, keys with a passphrase, mixed and missing paths, and ids given twice', () => {
    const locked = join(folder, 'locked');
    execFileSync('ssh-keygen', ['-q', '-N', 'secret', '-t', 'ed25519', '-f', locked]);
    writeFileSync(join(folder, 'text'), 'no key');
    const refused = (paths: readonly string[], message: RegExp): void =>
      assert.throws(
        () => createSshAgents([{ id: 'default', paths }]),
        (error) => error instanceof CaissonError && message.test(error.message),
      );
    refused([locked], /protected by a passphrase/);
    refused([join(folder, 'text')], /failed to parse/);
    refused([join(folder, 'none')], /stat .*none/);
    assert.throws(() =>
      createSshAgents([
        { id: '', paths: [locked] },
        { id: 'default', paths: [] },
      ]),
    );
  });

  it('serves none that was not asked for', () => {
    assert.equal(createSshAgents([]).serve('default', join(folder, 'x')), undefined);
  });
});
