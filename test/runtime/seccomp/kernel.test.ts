// Filters in the real kernel: it takes them, and they do what the interpreter says.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compileSeccomp, defaultSeccompProfile, resolveSeccomp } from '../../../src/runtime/seccomp/index.ts';

const skip = process.arch === 'x64' ? false : 'numbers are those of x86_64';
const confined = fileURLToPath(new URL('confined.ts', import.meta.url));
const options = { encoding: 'utf8' } as const;
const EPERM = 1;
const EBADF = 9;
const EINVAL = 22;
const ENOSYS = 38;
const AF_VSOCK = 40;

const calls: readonly (readonly [what: string, call: readonly number[], errno: number])[] = [
  ['getpid', [39], 0],
  ['close(-1)', [3, -1], EBADF],
  ['socket(AF_VSOCK)', [41, AF_VSOCK, 1, 0], EPERM],
  ['socket(AF_UNIX)', [41, 1, 1, 0], 0],
  ['personality(query)', [135, 0xffffffff], 0],
  ['personality(READ_IMPLIES_EXEC)', [135, 0x400000], EPERM],
  ['unshare(CLONE_NEWNS)', [272, 0x20000], EPERM],
  ['clone(CLONE_NEWUSER)', [56, 0x10000000], EPERM],
  ['clone3', [435, 0, 0], ENOSYS],
  ['kexec_load', [246], EPERM],
  ['add_key', [248], EPERM],
  ['mseal(1)', [462, 1, 1, 0], EINVAL],
  ['a call of the future', [1000], ENOSYS],
];

test('the default filter in force', { skip }, () => {
  const seccomp = resolveSeccomp(defaultSeccompProfile, {
    capabilities: ['CAP_CHOWN'],
    architecture: 'x86_64',
    kernel: '6.1',
  });
  const program = compileSeccomp(seccomp, 'x86_64').toString('hex');
  const numbers = JSON.stringify(calls.map(([, call]) => call));
  const { stdout, stderr, signal } = spawnSync(process.execPath, [confined, program, numbers], options);
  assert.equal(signal, 'SIGKILL', stderr);
  const expected = Object.fromEntries(calls.map(([what, , errno]) => [what, errno]));
  const got = (JSON.parse(stdout) as number[]).map((errno, at) => [calls[at]?.[0], errno]);
  assert.deepEqual(Object.fromEntries(got), expected);
});

test('the largest filter that compiles is one the kernel takes', { skip }, () => {
  const syscalls = Array.from({ length: 750 }, (_, value) => ({
    names: ['kexec_load'],
    action: 'SCMP_ACT_ERRNO',
    errnoRet: (value % 100) + 1,
    args: [{ index: 0, value, op: 'SCMP_CMP_EQ' }],
  }));
  const program = compileSeccomp({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }, 'x86_64');
  assert.ok(program.length / 8 > 3500, `${program.length / 8}`);
  const numbers = JSON.stringify([
    [246, 0],
    [246, 749],
    [246, 42],
  ]);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [confined, program.toString('hex'), numbers],
    options,
  );
  assert.equal(stdout.trim(), '[1,50,43]', stderr);
});
