// Bridged sandboxes in real namespaces: what they reach and what they do not.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { rmSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { layoutOf } from '../../src/network/layout.ts';
import { bridged, inside, openLab, unable } from './lab.ts';

test('a sandbox reaches servers of the host over TCP and UDP, and has only its own interfaces', {
  skip: unable,
}, async (t) => {
  const lab = openLab(t);
  const sandbox = await lab.root('a').create(bridged('one'));
  await lab.serve(undefined, 'tcp', 'host', 18081);
  await lab.serve(undefined, 'udp', 'host', 18053);
  const gateway = sandbox.gateway ?? '';
  assert.equal(await lab.ask(sandbox, 'tcp', gateway, 18081), `host saw ${sandbox.address}`);
  assert.equal(await lab.ask(sandbox, 'udp', gateway, 18053), `host saw ${sandbox.address}`);
  const outer = hostAddress();
  if (outer) assert.match(await lab.ask(sandbox, 'tcp', outer, 18081), /^host saw /);
  const links = await inside(sandbox, 'ip', '-br', 'address');
  assert.deepEqual(
    links.split('\n').map((line) => line.split(/[\s@]/)[0]),
    ['lo', 'eth0'],
  );
  assert.match(links, new RegExp(`eth0\\S*\\s+UP\\s+${sandbox.address}/20`));
});

test('neighbours reach each other; sandboxes of another root do not', { skip: unable }, async (t) => {
  const lab = openLab(t);
  const [a, b] = [lab.root('a'), lab.root('b')];
  const [one, two, other] = [
    await a.create(bridged('one')),
    await a.create(bridged('two')),
    await b.create(bridged('one')),
  ];
  await lab.serve(one, 'tcp', 'one', 80);
  assert.equal(await lab.ask(two, 'tcp', one.address ?? '', 80), `one saw ${two.address}`);
  assert.match(await lab.ask(other, 'tcp', one.address ?? '', 80), /^failed: /);
  assert.notEqual(one.gateway, other.gateway);
  await b.remove('one');
  assert.equal(await lab.ask(two, 'tcp', one.address ?? '', 80), `one saw ${two.address}`);
});

test('a sandbox resolves names at a server of the host', { skip: unable }, async (t) => {
  const lab = openLab(t);
  const sandbox = await lab.root('a').create(bridged('one'));
  const server = createSocket('udp4');
  t.after(() => server.close());
  server.on('message', (query, from) => server.send(answerTo(query), from.port, from.address));
  await new Promise<void>((resolve) => server.bind(18054, sandbox.gateway, resolve));
  const script = `const r = new (require('node:dns').Resolver)(); r.setServers(['${sandbox.gateway}:18054']); r.resolve4('x.test', (_, a) => console.log(a))`;
  assert.equal(await inside(sandbox, process.execPath, '-e', script), "[ '192.0.2.55' ]");
});

test('the bridge of a root that was deleted goes when another root needs one', {
  skip: unable,
}, async (t) => {
  const lab = openLab(t);
  const old = await lab.root('old').create(bridged('one'));
  await lab.root('old').remove('one');
  const bridges = async () => inside(undefined, 'ip', '-4', '-br', 'address');
  assert.ok((await bridges()).includes(`${old.gateway}/20`));
  rmSync(join(lab.folder, 'state', 'old'), { recursive: true });
  await lab.root('new').create(bridged('one'));
  assert.ok(!(await bridges()).includes(`${old.gateway}/20`));
});

test("a sandbox cannot speak with a stranger's address", { skip: unable }, async (t) => {
  const lab = openLab(t);
  const sandbox = await lab.root('a').create(bridged('one'));
  await lab.serve(undefined, 'tcp', 'host', 18082);
  await inside(sandbox, 'ip', 'address', 'add', '203.0.113.9/32', 'dev', 'eth0');
  assert.match(await lab.ask(sandbox, 'tcp', sandbox.gateway ?? '', 18082, '203.0.113.9'), /^failed: /);
});

test('none has a loopback and nothing else; host and container share what is there', {
  skip: unable,
}, async (t) => {
  const lab = openLab(t);
  const network = lab.root('a');
  const none = await network.create({ id: 'alone', mode: { kind: 'none' } });
  assert.match(await inside(none, 'ip', '-br', 'address'), /^lo\s+UNKNOWN\s+127\.0\.0\.1\/8/);
  assert.equal((await inside(none, 'ip', '-br', 'link')).split('\n').length, 1);
  const host = await network.create({ id: 'host', mode: { kind: 'host' } });
  assert.equal(host.namespacePath, undefined);
  const shared = await network.create({ id: 'shared', mode: { kind: 'container', pid: process.pid } });
  assert.equal(shared.namespacePath, `/proc/${process.pid}/ns/net`);
  await assert.rejects(network.create({ id: 'gone', mode: { kind: 'container', pid: 2 ** 22 + 1 } }), {
    code: 'NETWORK_UNAVAILABLE',
  });
  assert.deepEqual(network.list(), ['alone']);
});

test('twenty at once have twenty addresses, and leave nothing', { skip: unable }, async (t) => {
  const network = openLab(t).root('a');
  const ids = Array.from({ length: 20 }, (_, at) => `c${at}`);
  const sandboxes = await Promise.all(ids.map((id) => network.create(bridged(id))));
  assert.equal(new Set(sandboxes.map(({ address }) => address)).size, 20);
  assert.deepEqual(network.list(), ids.toSorted());
  await assert.rejects(network.create(bridged('c3')), { code: 'SANDBOX_EXISTS' });
  assert.equal(await network.dismantle(), false);
  await Promise.all(ids.map((id) => network.remove(id)));
  assert.deepEqual(network.list(), []);
  await network.remove('c3');
  assert.equal(await network.dismantle(), true);
});

test('rules that a firewall restart has flushed come back', { skip: unable }, async (t) => {
  const lab = openLab(t);
  const network = lab.root('a');
  await network.create(bridged('one'));
  const { table } = layoutOf({ runDirectory: network.runDirectory, stateDirectory: lab.folder });
  await inside(undefined, 'nft', 'delete', 'table', 'ip', table);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 });
  await network.create(bridged('two'));
  assert.match(await inside(undefined, 'nft', 'list', 'tables', 'ip'), new RegExp(`${table}$`, 'm'));
});

function hostAddress(): string | undefined {
  return Object.entries(networkInterfaces())
    .filter(([name]) => !/^(lo|docker|caisson|veth|br-)/.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .find(({ family }) => family === 'IPv4')?.address;
}

/** A DNS answer with one address: the question as it came, then a pointer to its name, type A, class IN, TTL 60. */
function answerTo(query: Buffer): Buffer {
  const header = Buffer.concat([query.subarray(0, 2), Buffer.from('81800001000100000000', 'hex')]);
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  return Buffer.concat([header, question, Buffer.from('c00c000100010000003c0004c0000237', 'hex')]);
}
