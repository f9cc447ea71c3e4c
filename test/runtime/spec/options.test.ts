// Capabilities, security options, ulimits, devices and environments as the command line writes them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  buildEnvironment,
  containerEnvironment,
  DEFAULT_PATH,
  deviceGrants,
  parseSecurityOptions,
  parseUlimit,
  tmpfsMount,
  tweakCapabilities,
} from '../../../src/runtime/spec/index.ts';

const available = ['CAP_CHOWN', 'CAP_KILL', 'CAP_SYS_ADMIN', 'CAP_NET_ADMIN', 'CAP_MKNOD'];
const capabilityCases: readonly (readonly [add: string[], drop: string[], expected: string[]])[] = [
  [[], [], ['CAP_CHOWN', 'CAP_MKNOD', 'CAP_KILL']],
  [['net_admin'], ['CAP_MKNOD'], ['CAP_CHOWN', 'CAP_KILL', 'CAP_NET_ADMIN']],
  [['KILL'], ['ALL'], ['CAP_KILL']],
  [['ALL'], ['SYS_ADMIN'], ['CAP_CHOWN', 'CAP_KILL', 'CAP_NET_ADMIN', 'CAP_MKNOD']],
  [['KILL'], ['KILL'], ['CAP_CHOWN', 'CAP_MKNOD', 'CAP_KILL']],
];

for (const [add, drop, expected] of capabilityCases)
  test(`capabilities +[${add}] -[${drop}]`, () => {
    assert.deepEqual(tweakCapabilities({ add, drop }, available), expected);
  });

test('unknown capabilities are refused with what was meant', () => {
  assert.throws(() => tweakCapabilities({ add: ['NET_ADMN'] }, available), {
    code: 'CAPABILITY_UNKNOWN',
    hint: "Did you mean 'NET_ADMIN'?",
  });
  assert.throws(() => tweakCapabilities({ add: ['SYS_BOOT'] }, available), {
    code: 'CAPABILITY_UNAVAILABLE',
  });
});

test('security options', () => {
  const read = () => '{"defaultAction":"SCMP_ACT_ALLOW"}';
  assert.deepEqual(parseSecurityOptions(['no-new-privileges', 'seccomp=unconfined'], read), {
    noNewPrivileges: true,
    seccomp: 'unconfined',
  });
  assert.deepEqual(parseSecurityOptions(['no-new-privileges:false', 'seccomp=/p.json'], read), {
    noNewPrivileges: false,
    seccomp: { defaultAction: 'SCMP_ACT_ALLOW' },
  });
  assert.throws(() => parseSecurityOptions(['no-new-privilege'], read), { code: 'SECURITY_OPTION_UNKNOWN' });
  for (const text of ['{', '[]', '{"defaultAction":1}', '{"defaultAction":"A","syscalls":[{"action":"B"}]}'])
    assert.throws(
      () => parseSecurityOptions(['seccomp=f'], () => text),
      { code: 'SECCOMP_PROFILE_INVALID' },
      text,
    );
});

test('ulimits', () => {
  assert.deepEqual(parseUlimit('nofile=1:2'), { type: 'RLIMIT_NOFILE', soft: 1, hard: 2 });
  assert.deepEqual(parseUlimit('core=-1'), { type: 'RLIMIT_CORE', soft: Infinity, hard: Infinity });
  for (const text of ['nofile', 'nofile=', 'nofile=2:1', 'nofiles=1', 'nofile=-1:5', 'nofile=1:2:3'])
    assert.throws(() => parseUlimit(text), { code: 'ULIMIT_INVALID' }, text);
});

test('devices come with their numbers, and what is none is refused', () => {
  const [grant] = deviceGrants('/dev/null', '/dev/nothing', 'r');
  assert.equal(grant?.device.path, '/dev/nothing');
  assert.deepEqual(grant?.rule, { allow: true, type: 'c', major: 1, minor: 3, access: 'r' });
  assert.throws(() => deviceGrants('/etc/passwd'), { code: 'DEVICE_INVALID' });
  assert.throws(() => deviceGrants('/dev/absent'), { code: 'DEVICE_NOT_FOUND' });
  assert.throws(() => deviceGrants('/dev/null', '/dev/null', 'x'), { code: 'DEVICE_INVALID' });
});

test('environments keep places, replace and remove', () => {
  const made = containerEnvironment({
    env: ['A=b', 'PATH=/x', 'A=c', 'TERM'],
    hostname: 'h',
    terminal: true,
    home: '/',
  });
  assert.deepEqual(made, ['PATH=/x', 'HOSTNAME=h', 'A=c', 'HOME=/']);
  assert.deepEqual(buildEnvironment(['HOME=/h'], '/root'), ['HOME=/h', `PATH=${DEFAULT_PATH}`]);
});

test('tmpfs options lift the defaults they contradict', () => {
  assert.deepEqual(tmpfsMount('/t', ['exec', 'size=1m']).options, [
    'nosuid',
    'nodev',
    'rprivate',
    'exec',
    'size=1m',
  ]);
});
