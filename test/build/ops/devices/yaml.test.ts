// The YAML of CDI specifications: what vendors' tools write is read, what could be misread is refused.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseYaml } from '../../../../src/build/ops/devices/yaml.ts';

describe('parseYaml', () => {
  it('reads a specification as nvidia-ctk writes it', () => {
    const text = `---
cdiVersion: 0.5.0
containerEdits:
  deviceNodes:
  - path: /dev/nvidia-modeset
  - path: /dev/nvidiactl
    hostPath: "/dev/nvidiactl"
  env:
  - NVIDIA_VISIBLE_DEVICES=void
  mounts:
  - containerPath: /usr/bin/nvidia-smi # the tool
    hostPath: /usr/bin/nvidia-smi
    options: [ro, nosuid, "nodev", bind]
devices:
- containerEdits:
    deviceNodes:
    - path: /dev/nvidia0
      major: 195
      fileMode: 0666
  name: "0"
- name: all
kind: nvidia.com/gpu
`;
    assert.deepEqual(parseYaml(text), {
      cdiVersion: '0.5.0',
      containerEdits: {
        deviceNodes: [
          { path: '/dev/nvidia-modeset' },
          { path: '/dev/nvidiactl', hostPath: '/dev/nvidiactl' },
        ],
        env: ['NVIDIA_VISIBLE_DEVICES=void'],
        mounts: [
          {
            containerPath: '/usr/bin/nvidia-smi',
            hostPath: '/usr/bin/nvidia-smi',
            options: ['ro', 'nosuid', 'nodev', 'bind'],
          },
        ],
      },
      devices: [
        {
          containerEdits: { deviceNodes: [{ path: '/dev/nvidia0', major: 195, fileMode: 0o666 }] },
          name: '0',
        },
        { name: 'all' },
      ],
      kind: 'nvidia.com/gpu',
    });
  });

  const scalars: readonly (readonly [text: string, value: unknown])[] = [
    ['a: it is text', 'it is text'],
    ["a: 'it''s'", "it's"],
    ['a: "tab\\there"', 'tab\there'],
    ['a: true', true],
    ['a: -12', -12],
    ['a: 0x1F', 31],
    ['a: ~', null],
    ['a:', null],
    ['a: []', []],
    ['a: vendor.com/class=name', 'vendor.com/class=name'],
    ['a: a#b', 'a#b'],
    ['a: http://x:80/', 'http://x:80/'],
  ];
  for (const [text, value] of scalars) it(text, () => assert.deepEqual(parseYaml(`${text}\n`), { a: value }));

  for (const text of [
    'a: &x 1',
    'a: *x',
    'a: |\n  b',
    'a: {b: 1}',
    'a: !!int 1',
    '\ta: 1',
    'a: "open',
    'just text',
    'a: 1\n b: 2',
  ])
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseYaml(text)));
});
