// `caisson login` and `logout`, as people and scripts use them.

import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { after, afterEach, before, describe, it } from 'node:test';
import {
  account,
  cannotRunDockerRegistry,
  type DockerRegistry,
  dockerRegistry,
} from '../support/docker-registry.ts';
import { cannotUseTerminals, onTerminal, program, type TestRoot, testRoot } from '../support/index.ts';

describe('logging in', { skip: cannotRunDockerRegistry }, () => {
  let home: string;
  let place: TestRoot;
  let registry: DockerRegistry;
  before(async () => {
    home = mkdtempSync('/var/tmp/caisson-login-');
    place = await testRoot();
    registry = await dockerRegistry({ htpasswd: true });
  });
  after(async () => {
    await registry[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
    rmSync(home, { recursive: true });
  });
  afterEach(() => rmSync(`${home}/docker`, { recursive: true, force: true }));

  const config = () => `${home}/docker/config.json`;
  const kept = () => JSON.parse(readFileSync(config(), 'utf8')) as unknown;
  const auth = Buffer.from(`${account.username}:${account.password}`).toString('base64');
  // Nothing of whoever runs the tests is looked at, let alone forgotten.
  const run = (args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}) =>
    place.caisson(args, {
      input,
      env: {
        HOME: home,
        XDG_RUNTIME_DIR: home,
        XDG_CONFIG_HOME: home,
        REGISTRY_AUTH_FILE: '',
        DOCKER_CONFIG: `${home}/docker`,
        ...env,
      },
    });
  const login = (password: string = account.password, more: readonly string[] = []) =>
    run(['login', '-u', account.username, '--password-stdin', ...more, registry.domain], `${password}\n`);

  it('keeps the password in a file of its own, and says that it can be read', async () => {
    const { code, stdout, stderr } = await login();
    assert.deepEqual([code, stdout], [0, 'Login Succeeded\n'], stderr);
    assert.ok(stderr.includes(`WARNING! Your credentials are stored unencrypted in '${config()}'.`));
    assert.deepEqual(kept(), { auths: { [registry.domain]: { auth } } });
    assert.equal(statSync(config()).mode & 0o777, 0o600);
  });

  it('is done by the name in a URL as well', async () => {
    const { code } = await run([
      'login',
      '-u',
      account.username,
      '-p',
      account.password,
      `https://${registry.domain}/v2/`,
    ]);
    assert.equal(code, 0);
    assert.deepEqual(kept(), { auths: { [registry.domain]: { auth } } });
  });

  it('keeps nothing where the password is wrong', async () => {
    const { code, stdout, stderr } = await login('hush-hush');
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^error: .*refuses the login.*\(HTTP 401\)\nhint: Check the user name/);
    assert.doesNotMatch(stderr, /hush/);
    assert.equal(existsSync(config()), false);
  });

  it('takes what is kept already, as long as it is good', async () => {
    await login();
    const again = await run(['login', registry.domain]);
    assert.equal(again.code, 0, again.stderr);
    assert.match(
      again.stdout,
      /^Authenticating with existing credentials\.\.\. \[Username: tester\]\n.*\nLogin Succeeded\n$/s,
    );
    assert.equal(again.stderr, '');
    const wrong = Buffer.from('tester:wrong').toString('base64');
    writeFileSync(config(), JSON.stringify({ auths: { [registry.domain]: { auth: wrong } } }));
    const { code, stderr } = await run(['login', registry.domain]);
    assert.equal(code, 1);
    assert.match(stderr, /refuses the login/);
  });

  it('keeps the password by a helper where one is set up, without a warning', async () => {
    mkdirSync(`${home}/docker`);
    mkdirSync(`${home}/bin`, { recursive: true });
    writeFileSync(config(), '{"credsStore": "test"}');
    const helper = `${home}/bin/docker-credential-test`;
    writeFileSync(helper, `#!/bin/sh\ncat > "${home}/$1"\n`);
    chmodSync(helper, 0o755);
    const { code, stdout, stderr } = await run(
      ['login', '-u', account.username, '--password-stdin', registry.domain],
      account.password,
      { PATH: `${home}/bin:${process.env['PATH']}` },
    );
    assert.deepEqual([code, stdout, stderr], [0, 'Login Succeeded\n', '']);
    assert.deepEqual(JSON.parse(readFileSync(`${home}/store`, 'utf8')), {
      ServerURL: registry.domain,
      Username: account.username,
      Secret: account.password,
    });
    assert.deepEqual(kept(), { auths: { [registry.domain]: {} }, credsStore: 'test' });
  });

  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [['-p', 'x', '--password-stdin', '-u', 'x'], /cannot specify both --password and --password-stdin/],
    [['--password-stdin'], /requires --username to be set/],
    [['-u', '', '-p', 'x'], /username is empty/],
    [['-u', 'x', '--password-stdin'], /password is empty/],
    [[], /Cannot perform an interactive login from a non TTY device/],
    [['-u', 'x'], /Cannot perform an interactive login from a non TTY device/],
    [['-u', 'x', '-p', 'x', '../etc'], /not the name of a registry/],
  ];
  for (const [args, message] of refused)
    it(`is refused with "login ${args.join(' ')}"`, async () => {
      const { code, stderr } = await run(['login', ...args]);
      assert.equal(code, 1);
      assert.match(stderr, message);
    });

  it('warns of a password that others can see', async () => {
    const { stderr } = await run(['login', '-u', 'x', '-p', 'y', registry.domain]);
    assert.match(stderr, /^WARNING! Using --password via the CLI is insecure\. Use --password-stdin\.\n/);
  });

  it('asks on a terminal, and does not show the password', { skip: cannotUseTerminals }, async () => {
    const variables = `HOME=${home} XDG_RUNTIME_DIR=${home} DOCKER_CONFIG=${home}/docker`;
    const terminal = onTerminal(place.root, `${variables} ${program} login ${registry.domain}`);
    await terminal.shows(/Username: /);
    terminal.type(`${account.username}\r`);
    await terminal.shows(/Password: /);
    terminal.type(`wrong\x7f\x7f\x7f\x7f\x7f${account.password}\r`);
    await terminal.shows(/Login Succeeded/);
    assert.equal(await terminal.ended, 0);
    assert.doesNotMatch(terminal.text(), /wrong|right|password/);
    assert.deepEqual(kept(), { auths: { [registry.domain]: { auth } } });
  });

  it('is given up by an interrupt', { skip: cannotUseTerminals }, async () => {
    const variables = `HOME=${home} XDG_RUNTIME_DIR=${home} DOCKER_CONFIG=${home}/docker`;
    const terminal = onTerminal(place.root, `${variables} ${program} login -u x ${registry.domain}`);
    await terminal.shows(/Password: /);
    terminal.type('\x03');
    assert.equal(await terminal.ended, 130);
  });

  it('lets push, pull and lists in, which are refused without', async () => {
    const name = `${registry.domain}/team/app:1`;
    // An empty tar is an image without files.
    const made = await place.caisson(['import', '-', name], { input: '\0'.repeat(1024) });
    assert.equal(made.code, 0, made.stderr);
    const refused = await run(['push', name]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /(UNAUTHORIZED|HTTP 401)[^\n]*\nhint: Log in with "caisson login"/);
    await login();
    for (const args of [
      ['push', name],
      ['rmi', name],
      ['pull', name],
    ]) {
      const { code, stderr } = await run(args);
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    }
    assert.equal((await run(['tags', `${registry.domain}/team/app`])).stdout, '1\n');
    const found = await run(['search', '--format', '{{.Name}}', `${registry.domain}/app`]);
    assert.equal(found.stdout, `${registry.domain}/team/app\n`);
  });

  it('is taken back by logging out', async () => {
    await login();
    const first = await run(['logout', registry.domain]);
    assert.deepEqual([first.code, first.stdout], [0, `Removing login credentials for ${registry.domain}\n`]);
    assert.deepEqual(kept(), { auths: {} });
    const second = await run(['logout', registry.domain]);
    assert.deepEqual([second.code, second.stdout], [0, `Not logged in to ${registry.domain}\n`]);
    assert.match((await run(['logout'])).stdout, /^Not logged in to https:\/\/index\.docker\.io\/v1\/\n$/);
  });

  it('is taken back with all others by logging out of all', async () => {
    await login();
    const named = await run(['logout', '--all', registry.domain]);
    assert.deepEqual([named.code, named.stdout], [1, '']);
    assert.match(named.stderr, /--all is for all registries, and ".*" is named besides/);
    assert.deepEqual(Object.keys((kept() as { auths: object }).auths), [registry.domain]);
    const first = await run(['logout', '--all']);
    assert.deepEqual([first.code, first.stdout], [0, 'Removed login credentials for all registries\n']);
    assert.deepEqual(kept(), { auths: {} });
    assert.equal((await run(['logout', '-a'])).stdout, 'Not logged in to any registry\n');
  });
});
