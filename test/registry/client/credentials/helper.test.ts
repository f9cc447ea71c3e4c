// Credential helpers: real programs that keep secrets, refuse, hang, or talk nonsense.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isCaissonError } from '../../../../src/core/index.ts';
import { credentialPlace, pair } from './place.ts';

const docker = '.docker/config.json';

/** A helper that keeps what it is given in files beside it. */
const keeping = `
file="$HOME/kept-$(basename "$0")"
case "$1" in
  store) cat > "$file" ;;
  get) read -r url; [ -e "$file" ] && cat "$file" || { echo "credentials not found in native keychain"; exit 1; } ;;
  erase) rm -f "$file" ;;
esac`;

/** One that keeps a file for each registry, and lists them. */
const keepingMany = `
name="$(basename "$0")"
folder="$HOME/kept/\${name#docker-credential-}"
mkdir -p "$folder"
read -r input
key="$(printf %s "$input" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/; s,/,_,g')"
case "$1" in
  store) printf %s "$input" > "$folder/$key" ;;
  get) [ -e "$folder/$key" ] && cat "$folder/$key" || { echo "credentials not found in native keychain"; exit 1; } ;;
  erase) rm -f "$folder/$key" ;;
  list) printf '{'; comma=; for file in "$folder"/*; do [ -e "$file" ] && printf '%s"%s":"me"' "$comma" "$(basename "$file")" && comma=,; done; printf '}' ;;
esac`;

describe('a credential helper', () => {
  it('keeps, gives and forgets credentials', async () => {
    using place = credentialPlace();
    place.helper('safe', keeping);
    place.write(docker, { credsStore: 'safe', other: true });
    const store = place.store();
    assert.equal(await store.get('docker.io'), undefined);
    assert.deepEqual(await store.erase('docker.io'), []);
    const place1 = await store.put('docker.io', { username: 'me', password: 'pw' });
    assert.deepEqual(place1, { kind: 'helper', name: 'safe' });
    assert.deepEqual(place.read('kept-docker-credential-safe'), {
      ServerURL: 'https://index.docker.io/v1/',
      Username: 'me',
      Secret: 'pw',
    });
    assert.deepEqual(place.read(docker), {
      auths: { 'https://index.docker.io/v1/': {} },
      credsStore: 'safe',
      other: true,
    });
    assert.deepEqual(await store.get('docker.io'), { username: 'me', password: 'pw' });
    assert.deepEqual(await store.erase('docker.io'), [{ kind: 'helper', name: 'safe' }]);
    assert.equal(await store.get('docker.io'), undefined);
    assert.equal(existsSync(`${place.home}/kept-docker-credential-safe`), false);
    assert.deepEqual(place.read(docker), { auths: {}, credsStore: 'safe', other: true });
  });

  it('forgets all it keeps; one that is named for a registry, what it has for that', async () => {
    using place = credentialPlace();
    place.helper('safe', keepingMany);
    place.helper('own', keepingMany);
    place.write(docker, {
      credsStore: 'safe',
      credHelpers: { 'own.example': 'own', 'docker.io': 'own' },
      auths: { 'old.example': pair('me', 'pw'), 'quay.io/org': pair('me', 'pw') },
      other: true,
    });
    const store = place.store();
    for (const domain of ['a.example', 'b.example', 'own.example', 'docker.io'])
      await store.put(domain, { username: 'me', password: 'pw' });
    place.write('kept/own/others.example', { Username: 'you', Secret: 'pw' });
    assert.deepEqual(await store.eraseAll(), [
      { kind: 'helper', name: 'own' },
      { kind: 'helper', name: 'safe' },
    ]);
    assert.deepEqual(readdirSync(`${place.home}/kept/safe`), []);
    assert.deepEqual(readdirSync(`${place.home}/kept/own`), ['others.example']);
    const { auths, other } = place.read(docker) as Record<string, unknown>;
    assert.deepEqual([auths, other], [{}, true]);
    assert.deepEqual(await store.eraseAll(), []);
  });

  it('that cannot forget keeps nothing else from being forgotten', async () => {
    using place = credentialPlace();
    place.helper('broken', 'echo no; exit 1');
    for (const broken of [{ credHelpers: { 'a.example': 'broken' } }, { credsStore: 'broken' }]) {
      place.write(docker, { ...broken, auths: { 'b.example': pair('me', 'pw') } });
      await assert.rejects(place.store().eraseAll(), { code: 'CREDENTIAL_HELPER_FAILED' });
      assert.deepEqual((place.read(docker) as Record<string, unknown>)['auths'], {});
    }
    place.write('.docker/broken.json', 'not JSON');
    for (const first of [
      place.write('first.json', { credHelpers: { 'a.example': 'broken' } }),
      `${place.home}/.docker/broken.json`,
    ]) {
      place.write(docker, { auths: { 'b.example': pair('me', 'pw') } });
      await assert.rejects(place.store({ REGISTRY_AUTH_FILE: first }).eraseAll());
      assert.deepEqual(place.read(docker), { auths: {} });
    }
    place.helper('odd', 'echo 7');
    place.write(docker, { credsStore: 'odd' });
    await assert.rejects(place.store().eraseAll(), /"docker-credential-odd list" failed: its answer/);
  });

  it('keeps identity tokens under the user "<token>"', async () => {
    using place = credentialPlace();
    place.helper('safe', keeping);
    place.write(docker, { credsStore: 'safe' });
    const store = place.store();
    await store.put('a.example', { username: 'me', identityToken: 'it' });
    const kept = readFileSync(`${place.home}/kept-docker-credential-safe`, 'utf8');
    assert.deepEqual(JSON.parse(kept), { ServerURL: 'a.example', Username: '<token>', Secret: 'it' });
    assert.deepEqual(await store.get('a.example'), { identityToken: 'it' });
  });

  it('of one registry comes before that of all, which comes before the file', async () => {
    using place = credentialPlace();
    place.helper('one', `echo '{"Username": "one", "Secret": "pw"}'`);
    place.helper(
      'all',
      `read -r url; [ "$url" != c.example ] || { echo credentials not found; exit 1; }
echo '{"Username": "all", "Secret": "pw"}'`,
    );
    const auths = { 'a.example': pair('file', 'pw'), 'c.example': pair('file', 'pw') };
    place.write(docker, { credsStore: 'all', credHelpers: { 'a.example': 'one' }, auths });
    const { get } = place.store();
    const names = ['a.example', 'b.example', 'c.example'].map(async (name) => (await get(name))?.username);
    assert.deepEqual(await Promise.all(names), ['one', 'all', 'file']);
  });

  it('of a repository is asked for that alone', async () => {
    using place = credentialPlace();
    place.helper('org', `echo '{"Username": "org", "Secret": "pw"}'`);
    place.write('run/containers/auth.json', { credHelpers: { 'quay.io/org': 'org' } });
    const { get } = place.store();
    assert.equal((await get('quay.io', 'org/app'))?.username, 'org');
    assert.equal(await get('quay.io', 'other/app'), undefined);
  });

  const failures: readonly (readonly [string, string, RegExp])[] = [
    ['refuses', 'echo "the safe is locked"; exit 3', /get" failed: the safe is locked/],
    ['refuses on standard error', 'echo "no bus" >&2; exit 1', /get" failed: no bus/],
    ['refuses without a word', 'exit 7', /it exited with 7/],
    ['is killed', 'kill -9 $$', /ended by SIGKILL/],
    ['answers no JSON', 'echo "secret-of-me {"', /its answer is not JSON/],
    ['answers something else', 'echo "[1]"', /no user name and secret/],
    ['answers numbers', `echo '{"Username": 1, "Secret": "secret-of-me"}'`, /no user name and secret/],
    ['talks without end', 'exec yes secret-of-me', /more than 1048576 bytes/],
    ['hangs', 'exec sleep 60', /did not answer within 0\.3 seconds/],
    ['hangs with a child that holds its output', 'sleep 60 & wait', /did not answer within 0\.3 seconds/],
  ];
  for (const [name, script, message] of failures)
    it(`that ${name} is an error`, async () => {
      using place = credentialPlace();
      place.helper('bad', script.replace('sleep 60 &', `sleep 60 & echo $! > "$HOME/child";`));
      place.write(docker, { credsStore: 'bad' });
      const { get } = place.store({}, { helperLimit: name.startsWith('hangs') ? 300 : 20_000 });
      await assert.rejects(get('a.example'), (error) => {
        assert.ok(isCaissonError(error, 'CREDENTIAL_HELPER_FAILED'), String(error));
        assert.match(error.message, message);
        assert.doesNotMatch(JSON.stringify([error.message, error.hint, String(error.cause)]), /secret-of-me/);
        return true;
      });
      if (existsSync(`${place.home}/child`)) process.kill(Number(place.read('child')), 'SIGKILL');
    });

  it('that is missing is named', async () => {
    using place = credentialPlace();
    place.write(docker, { credsStore: 'desktop' });
    await assert.rejects(place.store().get('a.example'), {
      code: 'CREDENTIAL_HELPER_FAILED',
      message: /"docker-credential-desktop" cannot be run: there is no such program/,
      hint: /credsStore/,
    });
  });

  for (const name of ['../bin/evil', 'a/b', '-x', 'a b', '..'])
    it(`is not run by the name "${name}"`, async () => {
      using place = credentialPlace();
      place.helper('evil', 'touch "$HOME/ran"');
      place.write(docker, { credsStore: name });
      await assert.rejects(place.store().get('a.example'), { code: 'CREDENTIALS_INVALID' });
      assert.equal(existsSync(`${place.home}/ran`), false);
    });

  it('that repeats the secret it cannot keep has it taken out of its words', async () => {
    using place = credentialPlace();
    place.helper('bad', 'cat; exit 1');
    place.write(docker, { credsStore: 'bad' });
    const put = place.store().put('a.example', { username: 'me', password: 'hush-hush' });
    await assert.rejects(put, (error) => {
      assert.ok(isCaissonError(error, 'CREDENTIAL_HELPER_FAILED'));
      assert.doesNotMatch(error.message, /hush/);
      return true;
    });
    assert.deepEqual(place.read(docker), { credsStore: 'bad' });
  });

  const long = 'tok3n'.repeat(40);
  const repeated: Readonly<Record<string, readonly [string, string]>> = {
    'where its words are shortened': [`printf '%420s' . | tr ' ' x; cat; exit 1`, long],
    'on standard error': ['cat >&2; exit 1', 'hush-hush'],
    'with spaces in it': ['cat; exit 1', 'hush  hush\thush'],
    'cut in half': ['cut -c 1-120; exit 1', long],
    'as base64': ['base64 -w0; exit 1', long],
  };
  for (const [how, [script, password]] of Object.entries(repeated))
    it(`that repeats the secret ${how} shows no part of it`, async () => {
      using place = credentialPlace();
      place.helper('bad', script.replace('base64', `sed 's/.*"Secret":"//; s/"}$//' | base64`));
      place.write(docker, { credsStore: 'bad' });
      await assert.rejects(place.store().put('a.example', { username: 'me', password }), (error) => {
        assert.ok(isCaissonError(error, 'CREDENTIAL_HELPER_FAILED'));
        assert.match(error.message, /\*\*\*/);
        assert.doesNotMatch(error.message, /hush|tok3n|dG9rM24/);
        return true;
      });
    });

  it('that shows the secret it fails to give or to forget has it taken out of its words', async () => {
    using place = credentialPlace();
    place.helper('bad', `echo '{"Username": "me", "Secret": "hush-hush'; exit 1`);
    place.helper(
      'keen',
      `[ "$1" = get ] && echo '{"Username": "me", "Secret": "hush-hush"}' || { echo no hush-hush; exit 1; }`,
    );
    place.write(docker, { credHelpers: { 'a.example': 'bad', 'b.example': 'keen' } });
    const shown = (error: unknown) =>
      isCaissonError(error) && /\*\*\*/.test(error.message) && !/hush/.test(error.message);
    await assert.rejects(place.store().get('a.example'), shown);
    await assert.rejects(place.store().erase('b.example'), shown);
  });

  it('that does not read what it is told is no harm', async () => {
    using place = credentialPlace();
    place.helper('deaf', `exec <&-; echo '{"Username": "me", "Secret": "pw"}'`);
    place.write(docker, { credsStore: 'deaf' });
    assert.equal((await place.store().get('a.example'))?.username, 'me');
  });
});
