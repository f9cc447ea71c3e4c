// The three ways of asking for a mount.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMount, parseTmpfs, parseVolume } from '../../src/cli/options/mounts.ts';
import type { MountRequest } from '../../src/engine/index.ts';

const bind = { kind: 'bind', source: '/a', target: '/b', readOnly: false } as const;
const volume = { kind: 'volume', target: '/b', readOnly: false, copy: true } as const;

const volumes: Readonly<Record<string, MountRequest>> = {
  '/b': volume,
  'data:/b': { ...volume, source: 'data' },
  'data:/b:ro,nocopy': { ...volume, source: 'data', readOnly: true, copy: false },
  '/a:/b': { ...bind, createSource: true },
  '/a:/b:ro': { ...bind, createSource: true, readOnly: true },
  '/a:/b:rshared': { ...bind, createSource: true, propagation: 'rshared' },
  '/x/../a:/b': { ...bind, createSource: true },
};
for (const [text, expected] of Object.entries(volumes))
  test(`-v ${text}`, () => assert.deepEqual(parseVolume(text), expected));

const mounts: Readonly<Record<string, MountRequest>> = {
  'type=bind,src=/a,dst=/b': { ...bind, createSource: false },
  'type=bind,source=/a,target=/b,readonly': { ...bind, createSource: false, readOnly: true },
  'type=bind,source=/a,target=/b,ro=false': { ...bind, createSource: false },
  'target=/b': volume,
  'type=volume,source=data,destination=/b,volume-nocopy': { ...volume, source: 'data', copy: false },
  'type=tmpfs,target=/b,tmpfs-size=1m,tmpfs-mode=1770': {
    kind: 'tmpfs',
    target: '/b',
    size: 1048576,
    mode: 0o1770,
  },
};
for (const [text, expected] of Object.entries(mounts))
  test(`--mount ${text}`, () => assert.deepEqual(parseMount(text), expected));

test('--tmpfs keeps its options', () => {
  assert.deepEqual(parseTmpfs('/x:size=1m,exec'), { kind: 'tmpfs', target: '/x', options: 'size=1m,exec' });
});

const wrong: readonly (readonly [(text: string) => unknown, string])[] = [
  [parseVolume, ''],
  [parseVolume, 'relative'],
  [parseVolume, '/a:b'],
  [parseVolume, '/a:/b:ro:more'],
  [parseMount, 'type=bind,target=/b'],
  [parseMount, 'type=bind,source=/a'],
  [parseMount, 'type=cluster,target=/b'],
  [parseTmpfs, 'x'],
];
for (const [parse, text] of wrong)
  test(`${parse.name} refuses "${text}"`, () => assert.throws(() => parse(text), { code: 'MOUNT_INVALID' }));
