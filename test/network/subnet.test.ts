// The choice of a subnet: among those the host does not use, and kept.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { layoutOf } from '../../src/network/layout.ts';
import {
  choose,
  formatSubnet,
  gatewayOf,
  parseAddress,
  type Subnet,
  subnetOf,
} from '../../src/network/subnet.ts';

const block = (text: string, prefix: number): Subnet => ({ base: parseAddress(text) ?? 0, prefix });

test('a subnet lies in 10.128.0.0/9 and its bridge has the first address', () => {
  const subnet = choose('abcdef0', []);
  assert.match(formatSubnet(subnet), /^10\.(1[2-9]\d|2[0-4]\d|25[0-4])\.\d+\.0\/20$/);
  assert.equal(gatewayOf(subnet), formatSubnet({ ...subnet, base: subnet.base + 1 }).replace('/20', ''));
});

test('routes of the host are avoided, be they wider or narrower', () => {
  const first = choose('abcdef0', []);
  const narrower = choose('abcdef0', [{ base: first.base + 77, prefix: 32 }]);
  assert.notDeepEqual(narrower, first);
  const left = choose('abcdef0', [
    block('10.128.0.0', 10),
    block('10.192.0.0', 11),
    block('10.224.0.0', 12),
    block('10.240.0.0', 13),
    block('10.248.0.0', 14),
    block('10.252.0.0', 15),
  ]);
  assert.match(formatSubnet(left), /^10\.254\./);
  assert.throws(() => choose('abcdef0', [block('10.0.0.0', 8)]), { code: 'NETWORK_UNAVAILABLE' });
});

test('addresses are read strictly', () => {
  assert.equal(parseAddress('10.0.0.1'), 0x0a000001);
  for (const text of ['10.0.0', '10.0.0.256', '1.2.3.4.5', 'a.b.c.d', '10.0.0.1 '])
    assert.equal(parseAddress(text), undefined);
});

test('the choice is kept, changed when the host has come into it, and refused when it is no subnet', (t) => {
  const folder = mkdtempSync('/var/tmp/caisson-subnet-');
  t.after(() => rmSync(folder, { recursive: true }));
  const layout = layoutOf({ runDirectory: join(folder, 'run'), stateDirectory: join(folder, 'state') });
  const chosen = subnetOf(layout);
  assert.deepEqual(subnetOf(layout), chosen);
  assert.equal(readFileSync(layout.subnetFile, 'utf8'), `{"subnet":"${formatSubnet(chosen)}"}\n`);
  writeFileSync(layout.subnetFile, '{"subnet":"10.9.16.0/20"}');
  assert.equal(formatSubnet(subnetOf(layout)), '10.9.16.0/20');
  for (const text of ['', '{}', '{"subnet":"10.9.0.1/20"}', '{"subnet":"10.0.0.0/33"}']) {
    writeFileSync(layout.subnetFile, text);
    assert.throws(() => subnetOf(layout), { code: 'NETWORK_STATE_INVALID' }, text);
  }
});

test('the chosen subnet gives way to a route of the host', { skip: routeOfHost() === undefined }, (t) => {
  const folder = mkdtempSync('/var/tmp/caisson-subnet-');
  t.after(() => rmSync(folder, { recursive: true }));
  const layout = layoutOf({ runDirectory: join(folder, 'run'), stateDirectory: join(folder, 'state') });
  const chosen = subnetOf(layout);
  writeFileSync(layout.subnetFile, `{"subnet":"${routeOfHost()}"}`);
  assert.deepEqual(subnetOf(layout), chosen);
});

/** A subnet the host has a route to. */
function routeOfHost(): string | undefined {
  for (const line of readFileSync('/proc/net/route', 'latin1').split('\n').slice(1)) {
    const [, destination = '', , , , , , mask] = line.split('\t');
    const base = Buffer.from(destination, 'hex');
    if (mask === '00FFFFFF' && base.length === 4) return `${[...base].reverse().join('.')}/24`;
  }
  return undefined;
}
