// The hosts file: what it may say, what endpoints come of it, and how mistakes are shown.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { isCaissonError } from '../../../../src/core/index.ts';
import { isLoopback, readHosts } from '../../../../src/registry/client/hosts/index.ts';
import type { Endpoint } from '../../../../src/registry/client/types.ts';

describe('hosts', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync('/var/tmp/caisson-hosts-');
    mkdirSync(`${folder}/empty`);
  });
  after(() => rmSync(folder, { recursive: true }));

  const from = (content: unknown, environment: Readonly<Record<string, string>> = {}) => {
    const file = `${folder}/hosts.json`;
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
    return readHosts({
      environment: { CAISSON_HOSTS: file, ...environment },
      certificateFolders: [`${folder}/docker`, `${folder}/containers`],
    });
  };
  const none = () => readHosts({ environment: { HOME: `${folder}/empty` }, certificateFolders: [] });
  const last = (endpoints: readonly Endpoint[]): Endpoint => {
    const endpoint = endpoints.at(-1);
    assert.ok(endpoint);
    return endpoint;
  };

  it('are their own registries where no file says otherwise', () => {
    const [endpoint, ...others] = none().endpoints('registry.example:5000');
    assert.deepEqual(others, []);
    assert.deepEqual(endpoint, {
      domain: 'registry.example:5000',
      base: new URL('https://registry.example:5000'),
      prefix: '',
      kind: 'registry',
      capabilities: new Set(['pull', 'resolve', 'push']),
      headers: {},
      tls: { skipVerify: false },
      timeouts: { connect: 15_000, idle: 60_000 },
      plainFallback: false,
    });
    assert.equal(last(none().endpoints('docker.io')).base.href, 'https://registry-1.docker.io/');
  });

  const plain: Readonly<Record<string, boolean>> = {
    localhost: true,
    'localhost:5000': true,
    '127.0.0.1:5000': true,
    '127.8.9.10': true,
    '[::1]:5000': true,
    '128.0.0.1': false,
    'localhost.example': false,
    '127.example': false,
    '10.0.0.1:5000': false,
  };
  for (const [domain, may] of Object.entries(plain))
    it(`${may ? 'may' : 'do not'} fall back to plain HTTP: ${domain}`, () => {
      assert.equal(isLoopback(domain), may);
      const { plainFallback, tls } = last(none().endpoints(domain));
      assert.deepEqual([plainFallback, tls.skipVerify], [may, false]);
    });

  it('are spoken to without trust when that is asked for', () => {
    const { plainFallback, tls } = last(none().endpoints('far.example', { insecure: true }));
    assert.deepEqual([plainFallback, tls], [true, { skipVerify: true }]);
  });

  for (const domain of ['', 'a/b', '../etc', 'a b', 'user@host', 'a:b', '.', '..', 'a:99999', '1.2.3.999'])
    it(`are not asked for "${domain}"`, () =>
      assert.throws(() => none().endpoints(domain), { code: 'REFERENCE_INVALID' }));

  it('have mirrors before the registry, each with what is said of it', () => {
    const hosts = from(
      {
        'index.docker.io': {
          mirrors: [
            { url: 'https://cache.example/some/path/', prefix: 'hub', capabilities: ['pull'] },
            { url: 'http://10.0.0.1:5000', timeouts: { connect: '500ms', idle: '2m' } },
          ],
          capabilities: ['pull', 'resolve'],
          headers: { 'X-Team': placeholder('TEAM', 'a-') },
        },
      },
      { TEAM: 'blue' },
    );
    const [first, second, own, ...others] = hosts.endpoints('docker.io');
    assert.ok(first && second && own && others.length === 0);
    assert.deepEqual(
      [first.domain, first.kind, first.base.href, first.prefix, first.capabilities, first.headers],
      ['docker.io', 'mirror', 'https://cache.example/some/path', 'hub/', new Set(['pull']), {}],
    );
    assert.deepEqual(
      [second.base.protocol, second.plainFallback, second.timeouts],
      ['http:', false, { connect: 500, idle: 120_000 }],
    );
    assert.deepEqual(
      [own.kind, own.base.host, own.capabilities, own.headers],
      ['registry', 'registry-1.docker.io', new Set(['pull', 'resolve']), { 'x-team': 'a-blue' }],
    );
  });

  it('have one entry for all others, whose places may have the name of the registry', () => {
    const hosts = from({
      _default: { mirrors: [{ url: 'https://cache.example', prefix: 'all/{registry}' }] },
      'quiet.example': {},
    });
    const [mirror, own] = hosts.endpoints('Any.example:5000');
    assert.deepEqual([mirror?.prefix, own?.base.host], ['all/any.example-5000/', 'any.example:5000']);
    assert.equal(hosts.endpoints('quiet.example').length, 1);
  });

  it('have one entry for all below a host; the longest that fits counts, and a name of its own before', () => {
    const at = (url: string) => ({ url: `https://${url}` });
    const hosts = from({
      '*.example': at('any'),
      '*.corp.example': at('corp'),
      '*.corp.example:5000': at('port'),
      'one.corp.example': at('one'),
      _default: at('default'),
    });
    const bases = {
      'a.example': 'any',
      'a.example:5000': 'any',
      example: 'default',
      'an-example': 'default',
      'corp.example': 'any',
      'b.corp.example': 'corp',
      'a.b.corp.example:443': 'corp',
      'b.corp.example:5000': 'port',
      'one.corp.example': 'one',
      'one.corp.example:5000': 'port',
    };
    for (const [domain, base] of Object.entries(bases))
      assert.equal(last(hosts.endpoints(domain)).base.host, base, domain);
  });

  it('speak plain HTTP, or are not verified, when the file says so', () => {
    const hosts = from({ a: { plainHttp: true }, b: { insecure: true }, c: { url: 'https://d:1/x' } });
    assert.equal(last(hosts.endpoints('a')).base.href, 'http://a/');
    const b = last(hosts.endpoints('b'));
    assert.deepEqual([b.base.href, b.plainFallback, b.tls.skipVerify], ['https://b/', true, true]);
    const c = last(hosts.endpoints('c'));
    assert.deepEqual([c.domain, c.base.href, c.kind], ['c', 'https://d:1/x', 'registry']);
  });

  it('have the certificates of the file, of Docker and of containers', () => {
    const pem = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n`;
    for (const path of ['docker/a:1', 'containers/a:1', 'docker/alone', 'docker/half'])
      mkdirSync(`${folder}/${path}`, { recursive: true });
    writeFileSync(`${folder}/docker/a:1/ca.crt`, pem('docker'));
    writeFileSync(`${folder}/docker/a:1/me.cert`, pem('me'));
    writeFileSync(`${folder}/docker/a:1/me.key`, pem('key'));
    writeFileSync(`${folder}/containers/a:1/ca.crt`, pem('containers'));
    writeFileSync(`${folder}/docker/half/me.cert`, pem('me'));
    writeFileSync(`${folder}/own.pem`, pem('own'));
    const hosts = from({ b: { ca: 'own.pem' }, bad: { ca: ['missing.pem'] }, text: { ca: 'hosts.json' } });
    assert.deepEqual(last(hosts.endpoints('a:1')).tls, {
      ca: [pem('docker'), pem('containers')],
      cert: pem('me'),
      key: pem('key'),
      skipVerify: false,
    });
    assert.deepEqual(last(hosts.endpoints('a:2')).tls, { skipVerify: false });
    assert.deepEqual(last(hosts.endpoints('b')).tls, { ca: [pem('own')], skipVerify: false });
    assert.throws(() => hosts.endpoints('half'), { code: 'HOSTS_INVALID', message: /has no key/ });
    assert.throws(() => hosts.endpoints('bad'), { code: 'HOSTS_INVALID', message: /missing\.pem/ });
    assert.throws(() => hosts.endpoints('text'), { code: 'HOSTS_INVALID', message: /not a PEM file/ });
  });

  it('need what their headers name, and only where they are used', () => {
    const hosts = from(
      { a: { headers: { x: placeholder('MISSING') } }, b: { headers: { x: placeholder('LINES') } } },
      { LINES: 'a\r\nhost: b' },
    );
    assert.equal(hosts.endpoints('c').length, 1);
    assert.throws(() => hosts.endpoints('a'), { code: 'HOSTS_INVALID', message: /"MISSING"/ });
    assert.throws(
      () => hosts.endpoints('b'),
      (error) => {
        assert.ok(isCaissonError(error, 'HOSTS_INVALID'));
        assert.doesNotMatch(error.message, /host: b/);
        return true;
      },
    );
  });

  it('are read from the folder of settings, or from the file that is named alone', () => {
    mkdirSync(`${folder}/settings/caisson`, { recursive: true });
    writeFileSync(`${folder}/settings/caisson/hosts.json`, '{"a": {"plainHttp": true}}');
    const hosts = readHosts({
      environment: { XDG_CONFIG_HOME: `${folder}/settings` },
      certificateFolders: [],
    });
    assert.equal(last(hosts.endpoints('a')).base.protocol, 'http:');
    assert.throws(() => readHosts({ environment: { CAISSON_HOSTS: `${folder}/no-such` } }), {
      code: 'HOSTS_INVALID',
    });
  });

  it('are their own registries where the file is empty, /dev/null above all', () => {
    writeFileSync(`${folder}/nothing.json`, '\n');
    for (const file of ['/dev/null', `${folder}/nothing.json`]) {
      const hosts = readHosts({ environment: { CAISSON_HOSTS: file }, certificateFolders: [] });
      assert.deepEqual(hosts.endpoints('a.example'), none().endpoints('a.example'), file);
    }
    assert.throws(() => readHosts({ environment: { CAISSON_HOSTS: '/dev/zero' } }), {
      code: 'HOSTS_INVALID',
      message: /it is a device/,
    });
  });

  /** The text with the place of the mistake behind «. */
  const mistakes: readonly (readonly [string, RegExp, RegExp?])[] = [
    ['{"a": «b}', /not JSON/],
    ['«// hosts\n{}', /not JSON/],
    ['{"a": {},\n«}', /not JSON: Expected double-quoted property name/],
    ['«[]', /The file is an array; expected an object/],
    ['{«"*": {}}', /"\*" is not the name of a registry/, /\*\.HOST/],
    ['{«"a.*.b": {}}', /"a\.\*\.b" is not the name of a registry/],
    ['{«"a/b": {}}', /"a\/b" is not the name of a registry/, /_default/],
    ['{«"a": 1}', /"a" is a number; expected an object/],
    ['{"a": {\n  «"mirror": []}}', /"mirror" is not known here/, /Did you mean "mirrors"\?/],
    [
      '{"a": {"mirrors": [{"url": "https://b"}, {"url": "https://c", «"insecur": true}]}}',
      /"insecur"/,
      /"insecure"/,
    ],
    ['{"a": {"mirrors": [{"url": "https://b"}, «{}]}}', /A mirror has no "url"/],
    ['{"a": {«"url": "b:5000"}}', /"b:5000" is not a URL/, /https:/],
    ['{"a": {«"url": "https://me:pw@b"}}', /no user or password/, /caisson login b/],
    ['{"a": {«"url": "https://b/v2/"}}', /goes on too far/, /Leave out "\/v2"/],
    ['{"a": {"mirrors": [{"url": "https://b", "capabilities": ["pull", «"push"]}]}}', /cannot be pushed to/],
    ['{"a": {"capabilities": [«"pul"]}}', /"pul" is not a capability/],
    ['{"a": {«"insecure": "yes"}}', /"insecure" is a string; expected true or false/],
    ['{"x": {"ca": "f"}, "a": {"timeouts": {«"connect": "10"}}}', /"connect" is no time/, /10s/],
    ['{"a": {«"prefix": "/Big"}}', /"\/Big" cannot stand before/],
    ['{"a": {"headers": {«"a b": "c"}}}', /"a b" is not the name of a header/],
    ['{«"a": {"cert": "c"}}', /"cert" and "key" go together/],
    ['{"a": {"ca": ["x", «2]}}', /"ca" is a number; expected a string/],
  ];
  for (const [marked, message, hint] of mistakes)
    it(`show where they are wrong: ${marked.replaceAll('\n', ' ')}`, () => {
      const before = marked.slice(0, marked.indexOf('«')).split('\n');
      assert.throws(
        () => from(marked.replace('«', '')),
        (error) => {
          assert.ok(isCaissonError(error, 'HOSTS_INVALID'));
          assert.match(error.message, message);
          assert.deepEqual(
            [error.location?.line, error.location?.column],
            [before.length, (before.at(-1) ?? '').length + 1],
          );
          if (hint) assert.match(error.hint ?? '', hint);
          assert.ok(error.excerpt?.startsWith(`   ${before.length} | `));
          return true;
        },
      );
    });
});

/** How a header's value names a variable of the environment. */
function placeholder(name: string, before = ''): string {
  return `${before}$\{env:${name}}`;
}
