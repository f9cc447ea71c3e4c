// Port specifications: what they name.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { portsOf } from '../../../src/build/plan/ports.ts';

const start = { offset: 0, line: 1, column: 1 };
const range = { start, end: start };

const valid: readonly (readonly [string, readonly string[]])[] = [
  ['80', ['80/tcp']],
  ['80/', ['80/tcp']],
  ['53/UDP', ['53/udp']],
  ['9/sctp', ['9/sctp']],
  ['0', ['0/tcp']],
  ['65535', ['65535/tcp']],
  ['7000-7002/udp', ['7000/udp', '7001/udp', '7002/udp']],
  ['8080:80', ['80/tcp']],
  ['127.0.0.1:8080:80', ['80/tcp']],
  ['127.0.0.1::80', ['80/tcp']],
  ['[::1]:8080:80', ['80/tcp']],
  ['::1:8080:80', ['80/tcp']],
  ['8000-8010:80', ['80/tcp']],
  ['8000-8001:80-81', ['80/tcp', '81/tcp']],
];

suite('ports', () => {
  for (const [spec, ports] of valid) {
    test(spec, () => assert.deepEqual(portsOf(spec, range), ports));
  }
});

const invalid = [
  '',
  '/tcp',
  '80/tcp/udp',
  'a',
  '-1',
  '1-',
  '1-2-3',
  '65536',
  '8-7',
  'x:80',
  '1.2.3:1:80',
  '1-2:80-82',
  '1e3',
  ' 80',
];

suite('what is no port', () => {
  for (const spec of invalid) {
    test(JSON.stringify(spec), () => assert.throws(() => portsOf(spec, range), { name: 'Error' }));
  }
});
