// Profiles resolved as Docker resolves them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { RuntimeSpec } from '../../../src/oci/index.ts';
import {
  defaultSeccompProfile,
  parseSeccompProfile,
  resolveSeccomp,
  type SeccompProfile,
} from '../../../src/runtime/seccomp/index.ts';

test("the default profile under the default capabilities equals Docker's", () => {
  const file = new URL('../spec/docker/limits.json', import.meta.url);
  const { linux, process } = JSON.parse(readFileSync(file, 'utf8')) as RuntimeSpec;
  const resolved = resolveSeccomp(defaultSeccompProfile, {
    capabilities: process.capabilities?.bounding ?? [],
    architecture: 'x86_64',
    kernel: '6.18.44-generic',
  });
  assert.deepEqual(resolved, linux.seccomp);
});

const profile: SeccompProfile = {
  defaultAction: 'SCMP_ACT_ERRNO',
  archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] }],
  syscalls: [
    { name: 'plain', action: 'SCMP_ACT_ALLOW' },
    { names: ['both'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_A', 'CAP_B'] } },
    { names: ['without'], action: 'SCMP_ACT_ALLOW', excludes: { caps: ['CAP_A', 'CAP_B'] } },
    { names: ['amd'], action: 'SCMP_ACT_ALLOW', includes: { arches: ['amd64', 'x32'] } },
    { names: ['notamd'], action: 'SCMP_ACT_ALLOW', excludes: { arches: ['amd64'] } },
    { names: ['new'], action: 'SCMP_ACT_ALLOW', includes: { minKernel: '5.10' } },
    { names: ['old'], action: 'SCMP_ACT_ALLOW', excludes: { minKernel: '5.10' } },
  ],
};
const contexts: readonly (readonly [string[], 'x86_64' | 'aarch64', string, string[]])[] = [
  [[], 'x86_64', '5.9.1', ['plain', 'without', 'amd', 'old']],
  [['CAP_A'], 'x86_64', '5.10.0-rc1', ['plain', 'amd', 'new']],
  [['CAP_A', 'CAP_B'], 'aarch64', '6.1', ['plain', 'both', 'notamd', 'new']],
  [[], 'aarch64', '4.19.0', ['plain', 'without', 'notamd', 'old']],
];

for (const [capabilities, architecture, kernel, names] of contexts)
  test(`conditions with [${capabilities}] on ${architecture}, kernel ${kernel}`, () => {
    const resolved = resolveSeccomp(profile, { capabilities, architecture, kernel });
    assert.deepEqual(
      resolved.syscalls?.flatMap((rule) => rule.names),
      names,
    );
  });

test('architectures come from the map of the machine', () => {
  const at = (architecture: 'x86_64' | 'aarch64') =>
    resolveSeccomp(profile, { capabilities: [], architecture, kernel: '6.0' }).architectures;
  assert.deepEqual(at('x86_64'), ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86']);
  assert.equal(at('aarch64'), undefined);
});

test('profiles that contradict themselves are refused', () => {
  const bad = [
    { defaultAction: 'SCMP_ACT_ALLOW', architectures: ['SCMP_ARCH_X86'], archMap: profile.archMap },
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ name: 'a', names: ['b'], action: 'SCMP_ACT_ALLOW' }] },
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [null] },
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['a'], action: 'SCMP_ACT_ALLOW', args: 1 }] },
  ];
  for (const value of bad)
    assert.throws(() => parseSeccompProfile(JSON.stringify(value)), { code: 'SECCOMP_PROFILE_INVALID' });
});
