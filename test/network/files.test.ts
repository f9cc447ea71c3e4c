// /etc/hosts and /etc/resolv.conf, byte for byte as Docker and BuildKit write them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hostsFile, resolverFile } from '../../src/network/index.ts';

const mode = { kind: 'bridge' } as const;
const dockerLines = `127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::	ip6-localnet
ff00::	ip6-mcastprefix
ff02::1	ip6-allnodes
ff02::2	ip6-allrouters
`;

test("a container's hosts", () => {
  const extraHosts = ['a:1.2.3.4', 'gw:host-gateway', 'six=[fd00::7]', 'seven:fd00::8'];
  assert.equal(
    hostsFile({ mode, hostname: 'foo', extraHosts }, '172.17.0.4', '172.17.0.1'),
    `${dockerLines}1.2.3.4\ta\n172.17.0.1\tgw\nfd00::7\tsix\nfd00::8\tseven\n172.17.0.4\tfoo\n`,
  );
  assert.equal(
    hostsFile({ mode, hostname: 'foo.bar.baz' }, '172.17.0.4', ''),
    `${dockerLines}172.17.0.4\tfoo.bar.baz foo\n`,
  );
  assert.equal(hostsFile({ mode: { kind: 'none' }, hostname: 'foo' }, undefined, ''), dockerLines);
});

test("a build step's hosts", () => {
  assert.equal(
    hostsFile({ mode, purpose: 'build', extraHosts: ['a:1.2.3.4'] }, '10.0.0.2', ''),
    '127.0.0.1\tlocalhost buildkitsandbox\n::1\tlocalhost ip6-localhost ip6-loopback\n1.2.3.4\ta\n',
  );
});

test("the host's network comes with the host's file", () => {
  assert.equal(hostsFile({ mode: { kind: 'host' } }, undefined, ''), readFileSync('/etc/hosts', 'utf8'));
});

test('names and addresses cannot add lines', () => {
  for (const entry of [
    'a',
    'a:',
    ':1.2.3.4',
    'a:1.2.3',
    'a b:1.2.3.4',
    'a\n9.9.9.9 b:1.2.3.4',
    'a:1.2.3.4\nx',
  ])
    assert.throws(
      () => hostsFile({ mode, extraHosts: [entry] }, '', ''),
      { code: 'NETWORK_REQUEST_INVALID' },
      entry,
    );
  assert.throws(() => hostsFile({ mode, hostname: 'a\nb' }, '1.2.3.4', ''), {
    code: 'NETWORK_REQUEST_INVALID',
  });
});

const resolverCases: readonly (readonly [name: string, host: string, expected: string])[] = [
  [
    'the host file as it is',
    'nameserver 10.0.0.1\nsearch a.b c\noptions ndots:2\n',
    'nameserver 10.0.0.1\nsearch a.b c\noptions ndots:2\n',
  ],
  [
    'loopback and IPv6 servers left out',
    'nameserver 127.0.0.1\nnameserver fd00::1\nnameserver 9.9.9.9 # x\n',
    'nameserver 9.9.9.9\n',
  ],
  ['the fallback where none is left', 'nameserver ::1\n', 'nameserver 8.8.8.8\nnameserver 8.8.4.4\n'],
  [
    'the last search list counts',
    'search a\nsearch b\nnameserver 1.1.1.1\n',
    'nameserver 1.1.1.1\nsearch b\n',
  ],
  [
    "the servers behind systemd-resolved's stub",
    'nameserver 127.0.0.53\n',
    'nameserver 10.1.1.1\nsearch lan\n',
  ],
];
for (const [name, host, expected] of resolverCases)
  test(`resolv.conf: ${name}`, () => {
    const read = (path: string) => (path === '/etc/resolv.conf' ? host : 'nameserver 10.1.1.1\nsearch lan\n');
    assert.equal(resolverFile({ mode }, read), expected);
  });

test('resolv.conf: what was asked for, and the host as it is on its own network', () => {
  const read = () => 'nameserver 127.0.0.1\nsearch lan\n';
  assert.equal(
    resolverFile({ mode, dns: ['9.9.9.9', 'fd00::1'], dnsSearch: ['ex.com', 'b'] }, read),
    'nameserver 9.9.9.9\nnameserver fd00::1\nsearch ex.com b\n',
  );
  assert.equal(resolverFile({ mode, dns: ['9.9.9.9'], dnsSearch: ['.'] }, read), 'nameserver 9.9.9.9\n');
  assert.equal(resolverFile({ mode: { kind: 'host' } }, read), 'nameserver 127.0.0.1\nsearch lan\n');
  assert.equal(
    resolverFile({ mode }, () => undefined),
    'nameserver 8.8.8.8\nnameserver 8.8.4.4\n',
  );
  assert.throws(() => resolverFile({ mode, dns: ['x'] }, read), { code: 'NETWORK_REQUEST_INVALID' });
  assert.throws(() => resolverFile({ mode, dnsSearch: ['a\nb'] }, read), { code: 'NETWORK_REQUEST_INVALID' });
});
