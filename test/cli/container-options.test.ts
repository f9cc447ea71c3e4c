// What `run` and `create` make of their flags.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import {
  addContainerOptions,
  type ContainerFlags,
  containerRequest,
} from '../../src/cli/options/container.ts';
import type { ContainerRequest } from '../../src/engine/index.ts';

function requestFrom(...args: readonly string[]): ContainerRequest {
  let request: ContainerRequest | undefined;
  const command = addContainerOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action((image: string, words: readonly string[], flags: ContainerFlags) => {
      request = containerRequest(image, words, flags);
    });
  command.parse(args as string[], { from: 'user' });
  assert.ok(request);
  return request;
}

const cases: readonly (readonly [string, readonly string[], Partial<ContainerRequest>])[] = [
  [
    'an image alone',
    ['busybox'],
    { image: 'busybox', command: [], network: 'bridge', env: [], resources: {} },
  ],
  [
    'flags after the image',
    ['busybox', 'ls', '-it', '--rm'],
    { command: ['ls', '-it', '--rm'], terminal: false },
  ],
  [
    '-- ends the flags',
    ['--rm', '--', 'busybox', '-x'],
    { image: 'busybox', command: ['-x'], autoRemove: true },
  ],
  ['switches in one', ['-it', 'busybox'], { terminal: true, openStdin: true }],
  [
    'values stuck to flags',
    ['-eA=b', '--env=C=d', '-p8080:80', 'x'],
    { env: ['A=b', 'C=d'], publish: ['8080:80'] },
  ],
  ['labels', ['-l', 'a=b=c', '--label', 'd', 'x'], { labels: { a: 'b=c', d: '' } }],
  ['an entry point', ['--entrypoint', 'id', 'x', '-u'], { entrypoint: ['id'], command: ['-u'] }],
  ['no entry point', ['--entrypoint', '', 'x'], { entrypoint: [] }],
  ['-h is the host name', ['-h', 'box', 'x'], { hostname: 'box' }],
  [
    'memory doubles into swap',
    ['-m', '64m', 'x'],
    { resources: { memory: { limit: 67108864, swap: 134217728 } } },
  ],
  ['cpus', ['--cpus', '1.5', 'x'], { resources: { cpu: { quota: 150_000, period: 100_000 } } }],
  ['pids', ['--pids-limit', '-1', 'x'], { resources: { pids: { limit: -1 } } }],
  [
    'mounts keep their order',
    ['-v', '/a:/b', '--tmpfs', '/c', '--mount', 'type=volume,target=/d', 'x'],
    {
      mounts: [
        { kind: 'bind', source: '/a', target: '/b', readOnly: false, createSource: true },
        { kind: 'tmpfs', target: '/c' },
        { kind: 'volume', target: '/d', readOnly: false, copy: true },
      ],
    },
  ],
];

for (const [title, args, expected] of cases)
  test(title, () => {
    const request = requestFrom(...args);
    const found = Object.fromEntries(
      Object.keys(expected).map((key) => [key, request[key as keyof ContainerRequest]]),
    );
    assert.deepEqual(found, expected);
  });

test('an env file comes before -e, without comments', () => {
  const folder = mkdtempSync('/var/tmp/caisson-options-');
  const file = join(folder, 'env');
  writeFileSync(file, '\uFEFF# no\n\n  A=1 # kept\nB\r\n');
  try {
    assert.deepEqual(requestFrom('-e', 'A=2', '--env-file', file, 'x').env, ['A=1 # kept', 'B', 'A=2']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

for (const [flag, value] of [
  ['--memory', '1x'],
  ['--cpus', 'many'],
  ['--pids-limit', '1.5'],
  ['--stop-timeout', ''],
])
  test(`${flag} refuses "${value}"`, () => {
    assert.throws(() => requestFrom(flag ?? '', value ?? '', 'x'), { code: 'commander.invalidArgument' });
  });
