// The filters that came with Caisson are those that its compiler makes now.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nativeSeccompArchitecture } from '../../../src/runtime/index.ts';
import { CAPABILITIES } from '../../../src/runtime/launcher/constants.ts';
import { compileAnew } from '../../../src/runtime/seccomp/compile.ts';
import { compiledFilter } from '../../../src/runtime/seccomp/compiled.ts';
import { defaultSeccompProfile, resolveSeccomp } from '../../../src/runtime/seccomp/profile.ts';
import { createBuildSpec, createSpec, tweakCapabilities } from '../../../src/runtime/spec/index.ts';

const rewrite = 'run: node src/runtime/seccomp/write-compiled.ts';

for (const architecture of ['x86_64', 'aarch64'] as const)
  test(`${architecture}: the default filter is there, and equals what is compiled anew`, () => {
    const capabilities = tweakCapabilities({}, CAPABILITIES);
    const seccomp = resolveSeccomp(defaultSeccompProfile, { capabilities, architecture, kernel: '6.1.0' });
    const shipped = compiledFilter(seccomp, architecture);
    assert.ok(shipped, rewrite);
    assert.ok(shipped.equals(compileAnew(seccomp, architecture)), rewrite);
  });

test('plain containers and build steps have it', () => {
  const request = { args: ['sh'], env: [], cwd: '/', user: { uid: 0, gid: 0 } };
  for (const { linux } of [createSpec(request), createBuildSpec(request)])
    assert.ok(linux.seccomp && compiledFilter(linux.seccomp, nativeSeccompArchitecture()));
});

test('a filter that differs in anything, or is for another architecture, is compiled', () => {
  const capabilities = tweakCapabilities({ add: ['SYS_ADMIN'] }, CAPABILITIES);
  const context = { architecture: 'x86_64', kernel: '6.1.0' } as const;
  const other = resolveSeccomp(defaultSeccompProfile, { ...context, capabilities });
  assert.equal(compiledFilter(other, 'x86_64'), undefined);
  const plain = resolveSeccomp(defaultSeccompProfile, {
    ...context,
    capabilities: tweakCapabilities({}, CAPABILITIES),
  });
  assert.equal(compiledFilter({ ...plain, defaultErrnoRet: 38 }, 'x86_64'), undefined);
  assert.equal(compiledFilter(plain, 'aarch64'), undefined);
});
