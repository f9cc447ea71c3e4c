// Credential files of Docker and of the containers tools: which entry counts, how they are changed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { isCaissonError } from '../../../../src/core/index.ts';
import { credentialPlace, pair } from './place.ts';

const docker = '.docker/config.json';
const user = (username: string) => ({ username, password: 'pw' });

describe('credentials', () => {
  it('are none where there are no files', async () => {
    using place = credentialPlace();
    assert.equal(await place.store().get('registry.example'), undefined);
  });

  const keys: readonly (readonly [string, string, boolean])[] = [
    ['https://index.docker.io/v1/', 'docker.io', true],
    ['index.docker.io', 'docker.io', true],
    ['docker.io', 'docker.io', true],
    ['registry-1.docker.io', 'docker.io', true],
    ['a.example', 'a.example', true],
    ['https://a.example', 'a.example', true],
    ['http://a.example/v2/', 'a.example', true],
    ['a.example/some/path', 'a.example', true],
    ['a.example:5000', 'a.example', false],
    ['a.example', 'a.example:5000', false],
    ['https://a.example.evil', 'a.example', false],
    ['b.a.example', 'a.example', false],
  ];
  for (const [key, domain, isFound] of keys)
    it(`under "${key}" are ${isFound ? '' : 'not '}for "${domain}"`, async () => {
      using place = credentialPlace();
      place.write(docker, { auths: { [key]: pair('me', 'pw') } });
      assert.deepEqual(await place.store().get(domain), isFound ? user('me') : undefined);
    });

  const entries: readonly (readonly [unknown, unknown])[] = [
    [pair('me', 'pa:ss\0\0'), { username: 'me', password: 'pa:ss' }],
    [{ username: 'me', password: 'pw' }, user('me')],
    [
      { ...pair('me', ''), identitytoken: 'it' },
      { username: 'me', identityToken: 'it' },
    ],
    [{ registrytoken: 'rt' }, { registryToken: 'rt' }],
    [{}, undefined],
    [{ auth: '' }, undefined],
  ];
  for (const [entry, expected] of entries)
    it(`are read from ${JSON.stringify(entry)}`, async () => {
      using place = credentialPlace();
      place.write(docker, { auths: { 'a.example': entry } });
      assert.deepEqual(await place.store().get('a.example'), expected);
    });

  it('are those of the longest name that fits in files of the containers tools', async () => {
    using place = credentialPlace();
    const auths = {
      'quay.io': pair('all', 'pw'),
      'quay.io/org': pair('org', 'pw'),
      'quay.io/org/app': pair('app', 'pw'),
      'docker.io/library': pair('official', 'pw'),
    };
    place.write('run/containers/auth.json', { auths });
    const { get } = place.store();
    assert.deepEqual(await get('quay.io'), user('all'));
    assert.deepEqual(await get('quay.io', 'other/app'), user('all'));
    assert.deepEqual(await get('quay.io', 'org/else'), user('org'));
    assert.deepEqual(await get('quay.io', 'org/app'), user('app'));
    assert.deepEqual(await get('quay.io', 'organ/app'), user('all'));
    assert.deepEqual(await get('docker.io', 'library/busybox'), user('official'));
    assert.equal(await get('docker.io', 'me/app'), undefined);
  });

  it('are those of the first file that has some', async () => {
    using place = credentialPlace();
    const said = { REGISTRY_AUTH_FILE: `${place.home}/named.json` };
    const { get } = place.store(said);
    const files = ['.config/containers/auth.json', 'run/containers/auth.json', docker, 'named.json'];
    for (const file of files) {
      place.write(file, { auths: { 'a.example': pair(file, 'pw') } });
      assert.deepEqual(await get('a.example'), user(file));
    }
    place.write('other/config.json', { auths: { 'a.example': pair('other', 'pw') } });
    const elsewhere = place.store({ DOCKER_CONFIG: `${place.home}/other` });
    assert.deepEqual(await elsewhere.get('a.example'), user('other'));
  });

  const broken: Readonly<Record<string, string>> = {
    'no JSON': '{"auths": {"a.example": {"auth": "hush-hush" }',
    'no object': '["hush-hush"]',
    'no entries': '{"auths": "hush-hush"}',
    'no entry': '{"auths": {"a.example": "hush-hush"}}',
    'no base64': '{"auths": {"a.example": {"auth": "hush-hush!"}}}',
    'no pair': '{"auths": {"a.example": {"auth": "aHVzaC1odXNo"}}}',
    'no text': '{"auths": {"a.example": {"identitytoken": ["hush-hush"]}}}',
  };
  for (const [name, content] of Object.entries(broken))
    it(`are refused without being shown: ${name}`, async () => {
      using place = credentialPlace();
      const path = place.write(docker, content);
      await assert.rejects(place.store().get('a.example'), (error) => {
        assert.ok(isCaissonError(error, 'CREDENTIALS_INVALID'));
        assert.ok(error.message.includes(path));
        const all = JSON.stringify([error.message, error.hint, String(error.cause), error.stack]);
        assert.doesNotMatch(all, /hush|aHVz/);
        return true;
      });
    });

  it('are kept for nobody else to read, beside all that is in the file', async () => {
    using place = credentialPlace();
    const others = { psFormat: 'x', HttpHeaders: { a: 'b' }, auths: { 'b.example': pair('b', 'pw') } };
    chmodSync(place.write(docker, others), 0o644);
    const store = place.store();
    const path = `${place.home}/${docker}`;
    assert.deepEqual(await store.put('docker.io', user('me')), { kind: 'file', path });
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(place.read(docker), {
      ...others,
      auths: { ...others.auths, 'https://index.docker.io/v1/': pair('me', 'pw') },
    });
    assert.match(readFileSync(path, 'utf8'), /^\{\n\t"auths": \{\n\t\t"b\.example"/);
    assert.deepEqual(readdirSync(`${place.home}/.docker`), ['config.json']);
    assert.deepEqual(await store.get('docker.io'), user('me'));
  });

  it('are kept in a folder that is made for them, identity tokens as Docker keeps them', async () => {
    using place = credentialPlace();
    await place.store().put('a.example', { username: 'me', identityToken: 'it' });
    assert.equal(statSync(`${place.home}/.docker`).mode & 0o777, 0o700);
    assert.deepEqual(place.read(docker), {
      auths: { 'a.example': { ...pair('me', ''), identitytoken: 'it' } },
    });
  });

  it('are kept in the file that is named', async () => {
    using place = credentialPlace();
    await place.store({ REGISTRY_AUTH_FILE: `${place.home}/sub/named.json` }).put('docker.io', user('me'));
    assert.deepEqual(place.read('sub/named.json'), { auths: { 'docker.io': pair('me', 'pw') } });
  });

  it('are kept where a link leads to, and the link stays', async () => {
    using place = credentialPlace();
    mkdirSync(`${place.home}/.docker`);
    mkdirSync(`${place.home}/real`);
    symlinkSync('../real/there.json', `${place.home}/${docker}`);
    for (const name of ['one', 'two']) await place.store().put('a.example', user(name));
    assert.equal(readlinkSync(`${place.home}/${docker}`), '../real/there.json');
    assert.ok(lstatSync(`${place.home}/real/there.json`).isFile());
    assert.deepEqual(place.read('real/there.json'), { auths: { 'a.example': pair('two', 'pw') } });
  });

  it('are kept when a link was laid where the new file is to be', async () => {
    using place = credentialPlace();
    mkdirSync(`${place.home}/.docker`);
    writeFileSync(`${place.home}/victim`, 'untouched');
    symlinkSync('../victim', `${place.home}/.docker/.config.json.caisson`);
    await place.store().put('a.example', user('me'));
    assert.equal(readFileSync(`${place.home}/victim`, 'utf8'), 'untouched');
    assert.deepEqual(await place.store().get('a.example'), user('me'));
  });

  it('are all kept when many are at the same time', async () => {
    using place = credentialPlace();
    const names = Array.from({ length: 20 }, (_, at) => `r${at}.example`);
    await Promise.all(names.map((name) => place.store().put(name, user(name))));
    for (const name of names) assert.deepEqual(await place.store().get(name), user(name));
  });

  it('are not kept in a file that cannot be understood, which stays as it is', async () => {
    using place = credentialPlace();
    const path = place.write(docker, '{"auths": ');
    await assert.rejects(place.store().put('a.example', user('me')), { code: 'CREDENTIALS_INVALID' });
    assert.equal(readFileSync(path, 'utf8'), '{"auths": ');
  });

  it('are not kept in place of those in a file of another user', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('only root can become somebody else');
    using place = credentialPlace();
    const path = place.write(docker, { auths: { 'b.example': pair('root', 'word') } });
    chmodSync(path, 0o600);
    for (const folder of [place.home, dirname(path)]) chmodSync(folder, 0o777);
    process.seteuid?.(65534);
    try {
      assert.equal(await place.store().get('b.example'), undefined);
      await assert.rejects(place.store().put('a.example', user('me')), { code: 'CREDENTIALS_INVALID' });
    } finally {
      process.seteuid?.(0);
    }
    assert.ok(readFileSync(path, 'utf8').includes('b.example'));
  });

  it('are not kept in place of a device, as /dev/null is one', async (context) => {
    using place = credentialPlace();
    mkdirSync(`${place.home}/dev`);
    const device = `${place.home}/dev/null`;
    if (spawnSync('mknod', [device, 'c', '1', '3']).status !== 0)
      return context.skip('devices cannot be made here');
    symlinkSync(device, `${place.home}/link`);
    for (const path of [device, `${place.home}/link`]) {
      const store = place.store({ REGISTRY_AUTH_FILE: path });
      await assert.rejects(store.put('a.example', user('me')), {
        code: 'CREDENTIALS_NOT_STORED',
        message: `The credential file "${path}" cannot be written: it is not a regular file`,
      });
      assert.ok(statSync(device).isCharacterDevice());
      assert.deepEqual(await store.eraseAll(), []);
    }
  });

  it('are not kept where no file can be', async () => {
    using place = credentialPlace();
    place.write('.docker', 'a file');
    await assert.rejects(place.store().put('a.example', user('me')), { code: 'CREDENTIALS_NOT_STORED' });
  });

  it('are forgotten wherever they are', async () => {
    using place = credentialPlace();
    const auths = { 'https://a.example/v1/': pair('a', 'pw'), 'b.example': pair('b', 'pw') };
    place.write(docker, { auths, psFormat: 'x' });
    place.write('run/containers/auth.json', { auths: { 'a.example': pair('a', 'pw') } });
    const store = place.store();
    const gone = await store.erase('a.example');
    assert.deepEqual(
      gone.map((where) => where.kind === 'file' && where.path.slice(place.home.length + 1)),
      [docker, 'run/containers/auth.json'],
    );
    assert.equal(await store.get('a.example'), undefined);
    assert.deepEqual(place.read(docker), { auths: { 'b.example': pair('b', 'pw') }, psFormat: 'x' });
    assert.deepEqual(await store.erase('a.example'), []);
  });
});
