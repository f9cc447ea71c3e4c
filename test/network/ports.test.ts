// Published ports, by every way that leads to them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { bridged, openLab, unable } from './lab.ts';

for (const protocol of ['tcp', 'udp'] as const)
  test(`${protocol}: from loopback, the host's addresses, a neighbour and the container itself`, {
    skip: unable,
  }, async (t) => {
    const lab = openLab(t);
    const network = lab.root('a');
    const ports = [{ protocol, containerPort: 7000, hostPort: 0 }];
    const server = await network.create(bridged('server', { ports }));
    const neighbour = await network.create(bridged('neighbour'));
    const stranger = await lab.root('b').create(bridged('stranger'));
    const hostPort = server.ports[0]?.hostPort ?? 0;
    assert.ok(hostPort > 0);
    await lab.serve(server, protocol, 'server', 7000);
    const outer = hostAddress();
    const ways = [
      [undefined, '127.0.0.1'],
      [undefined, '127.0.0.5'],
      [undefined, server.gateway],
      [undefined, outer],
      [neighbour, server.gateway],
      [neighbour, outer],
      [server, server.gateway],
      [stranger, outer],
      [stranger, stranger.gateway],
    ] as const;
    for (const [from, to] of ways)
      if (to)
        assert.match(
          await lab.ask(from, protocol, to, hostPort),
          /^server saw /,
          `${from?.id ?? 'host'} to ${to}`,
        );
    assert.equal(
      await lab.ask(undefined, protocol, server.address ?? '', 7000),
      `server saw ${server.gateway}`,
    );
    await network.remove('server');
    assert.match(await lab.ask(undefined, protocol, '127.0.0.1', hostPort), /^failed: /);
  });

test('a port on one address is open there only', { skip: unable }, async (t) => {
  const lab = openLab(t);
  const ports = [{ protocol: 'tcp', containerPort: 7000, hostPort: 0, hostAddress: '127.0.0.1' }] as const;
  const server = await lab.root('a').create(bridged('server', { ports }));
  const neighbour = await lab.root('a').create(bridged('neighbour'));
  await lab.serve(server, 'tcp', 'server', 7000);
  const hostPort = server.ports[0]?.hostPort ?? 0;
  assert.match(await lab.ask(undefined, 'tcp', '127.0.0.1', hostPort), /^server saw /);
  assert.match(await lab.ask(undefined, 'tcp', server.gateway ?? '', hostPort), /^failed: /);
  assert.match(await lab.ask(neighbour, 'tcp', server.gateway ?? '', hostPort), /^failed: /);
});

test('a port that is taken is refused with who has it, and nothing stays', { skip: unable }, async (t) => {
  const lab = openLab(t);
  const [a, b] = [lab.root('a'), lab.root('b')];
  const listener = createServer().listen(0, '127.0.0.1');
  t.after(() => listener.close());
  await once(listener, 'listening');
  const address = listener.address();
  const taken = typeof address === 'object' && address ? address.port : 0;
  const publish = (hostPort: number, hostAddress?: string) => ({
    ports: [
      { protocol: 'tcp' as const, containerPort: 80, hostPort, ...(hostAddress ? { hostAddress } : {}) },
    ],
  });
  await assert.rejects(a.create(bridged('one', publish(taken))), {
    code: 'PORT_IN_USE',
    message: /another program/,
  });
  const two = await a.create(bridged('two', publish(0)));
  const hostPort = two.ports[0]?.hostPort ?? 0;
  const blamed = {
    code: 'PORT_IN_USE',
    message: new RegExp(`^Port (127\\.0\\.0\\.1:)?${hostPort}/tcp.*container "two"`),
  };
  await assert.rejects(a.create(bridged('three', publish(hostPort))), blamed);
  await assert.rejects(b.create(bridged('three', publish(hostPort, '127.0.0.1'))), blamed);
  const twice = { ports: [...publish(hostPort + 1).ports, ...publish(hostPort + 1).ports] };
  await assert.rejects(a.create(bridged('four', twice)), { code: 'PORT_IN_USE' });
  assert.deepEqual([a.list(), b.list()], [['two'], []]);
  await a.remove('two');
  await b.create(bridged('three', publish(hostPort)));
});

test('ports that cannot be are refused', { skip: unable }, async (t) => {
  const network = openLab(t).root('a');
  const bad = [
    { protocol: 'tcp', containerPort: 0, hostPort: 1 },
    { protocol: 'tcp', containerPort: 1, hostPort: 65536 },
    { protocol: 'tcp', containerPort: 1.5, hostPort: 1 },
    { protocol: 'tcp', containerPort: 1, hostPort: 0, hostAddress: '203.0.113.77' },
    { protocol: 'tcp', containerPort: 1, hostPort: 0, hostAddress: '1.2.3.4; drop' },
  ] as const;
  for (const port of bad)
    await assert.rejects(network.create(bridged('one', { ports: [port] })), {
      code: 'NETWORK_REQUEST_INVALID',
    });
  assert.deepEqual(network.list(), []);
});

function hostAddress(): string | undefined {
  return Object.entries(networkInterfaces())
    .filter(([name]) => !/^(lo|docker|caisson|veth|br-)/.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .find(({ family }) => family === 'IPv4')?.address;
}
