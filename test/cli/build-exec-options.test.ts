// The flags of `build` for RUN steps, as they become a request.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Command } from 'commander';
import { addExecOptions, type ExecFlags, execRequest } from '../../src/cli/options/build/exec.ts';

function request(...args: readonly string[]): ReturnType<typeof execRequest> {
  const command = addExecOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return execRequest(command.parse(args, { from: 'user' }).opts<ExecFlags>());
}

describe('flags for RUN steps', () => {
  const cases: readonly (readonly [args: readonly string[], expected: ReturnType<typeof execRequest>])[] = [
    [[], {}],
    [['--secret', 'id=a,src=/f'], { secrets: [{ id: 'a', file: '/f' }] }],
    [
      ['--secret', 'id=a,source=/f', '--secret', 'id=b,env=B'],
      {
        secrets: [
          { id: 'a', file: '/f' },
          { id: 'b', env: 'B' },
        ],
      },
    ],
    [['--secret', 'type=env,id=a,src=A'], { secrets: [{ id: 'a', env: 'A' }] }],
    [['--secret', 'type=file,id=a,src=A'], { secrets: [{ id: 'a', file: 'A' }] }],
    [['--secret', 'id=a'], { secrets: [{ id: 'a' }] }],
    [['--ssh', 'default'], { ssh: [{ id: 'default', paths: [] }] }],
    [
      ['--ssh', 'a=/s', '--ssh', 'b=/k1,/k2'],
      {
        ssh: [
          { id: 'a', paths: ['/s'] },
          { id: 'b', paths: ['/k1', '/k2'] },
        ],
      },
    ],
    [['--allow', 'network.host', '--allow', 'device'], { allow: ['network.host', 'device'] }],
    [
      ['--add-host', 'a:1.2.3.4', '--add-host', 'b=::1'],
      { execSettings: { extraHosts: ['a:1.2.3.4', 'b:::1'] } },
    ],
    [
      ['--shm-size', '64m', '--ulimit', 'core=0', '--cgroup-parent', 'x'],
      { execSettings: { shmSize: 64 << 20, ulimits: ['core=0'], cgroupParent: 'x' } },
    ],
    [['--no-cache-filter', 'a,b', '--no-cache-filter', 'c'], { noCacheFilter: ['a', 'b', 'c'] }],
    [['--resource', 'memory=64m'], { resources: { memory: { limit: 64 << 20, swap: 128 << 20 } } }],
    [
      [
        '--resource=memory=64m',
        '--resource=memory-swap=64m',
        '--resource=cpu-quota=50000',
        '--resource=cpu-period=100000',
        '--resource=cpu-shares=512',
        '--resource=cpuset-cpus=0',
      ],
      {
        resources: {
          memory: { limit: 64 << 20, swap: 64 << 20 },
          cpu: { shares: 512, cpus: '0', quota: 50000, period: 100000 },
        },
      },
    ],
  ];
  for (const [args, expected] of cases)
    it(args.join(' ') || 'none', () => assert.deepEqual(request(...args), expected));

  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['--secret', 'src=/f'], /secret missing ID/],
    [['--secret', 'id'], /invalid field 'id' must be a key=value pair/],
    [['--secret', 'id=a,file=/f'], /unexpected key 'file' in 'file=\/f'/],
    [['--secret', 'id=a,type=vault'], /unsupported secret type "vault"/],
    [['--ulimit', 'files=1'], /there is no limit 'files'/],
    [['--shm-size', 'large'], /is not a size/],
    [['--resource', 'memory'], /"memory" is no limit/],
    [['--resource', 'disk=1g'], /"disk=1g" is no limit; give one of memory/],
    [['--resource', 'memory=1k'], /--memory cannot be '1024'/],
  ];
  for (const [args, message] of wrong)
    it(`refuses ${args.join(' ')}`, () => assert.throws(() => request(...args), message));
});
