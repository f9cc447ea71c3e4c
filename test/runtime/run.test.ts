// Build steps in the launcher: exit codes, identity, files, and what they leave behind.

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bindMount, tmpfsMount } from '../../src/runtime/index.ts';
import { workshop } from './rootfs.ts';

test('exit codes are those of a shell', async (t) => {
  const { run } = workshop(t);
  assert.equal((await run(['true'])).code, 0);
  assert.equal((await run(['sh', '-c', 'exit 42'])).code, 42);
  assert.deepEqual(
    await run(['sh', '-c', 'kill -9 $$; :']),
    { code: 0, stdout: '', stderr: '' },
    'PID 1 is immune to itself',
  );
});

for (const [name, args, code, message] of [
  [
    'a name that is not on the PATH',
    ['nosuch'],
    'COMMAND_NOT_FOUND',
    'exec: "nosuch": executable file not found in $PATH',
  ],
  [
    'a path that is not there',
    ['/bin/nosuch'],
    'COMMAND_NOT_FOUND',
    'exec: "/bin/nosuch": stat /bin/nosuch: no such file or directory (ENOENT)',
  ],
  [
    'a file without the executable bit',
    ['/plain'],
    'COMMAND_NOT_EXECUTABLE',
    'exec: "/plain": permission denied',
  ],
  [
    'a directory',
    ['/bin'],
    'COMMAND_NOT_EXECUTABLE',
    'exec: "/bin": illegal operation on a directory (EISDIR)',
  ],
  [
    'a file of no known format',
    ['/garbage'],
    'COMMAND_NOT_EXECUTABLE',
    'exec: "/garbage": exec format error',
  ],
  [
    'a script whose interpreter is missing',
    ['/script'],
    'COMMAND_NOT_FOUND',
    'exec /script: no such file or directory',
  ],
] as const)
  test(`a command that cannot run: ${name}`, async (t) => {
    const { run, lower } = workshop(t);
    writeFileSync(join(lower, 'plain'), '#!/bin/sh\n', { mode: 0o644 });
    writeFileSync(join(lower, 'garbage'), 'garbage', { mode: 0o755 });
    writeFileSync(join(lower, 'script'), '#!/nosuch\n', { mode: 0o755 });
    await assert.rejects(run(args), { code, message });
  });

test('stdout and stderr arrive apart, byte for byte', async (t) => {
  const { run } = workshop(t);
  const { stdout, stderr } = await run(['sh', '-c', "printf 'a\\377\\200\\000b'; printf err >&2"]);
  assert.equal(stdout, 'a\xff\x80\0b');
  assert.equal(stderr, 'err');
});

test('a large output arrives whole', async (t) => {
  const { run } = workshop(t);
  const { stdout } = await run(['sh', '-c', 'dd if=/dev/zero bs=65536 count=256 2>/dev/null']);
  assert.equal(stdout.length, 16 * 1024 * 1024);
});

test('/dev/stdout can be opened, by other users too', async (t) => {
  const { run } = workshop(t);
  const { stdout, stderr } = await run(['sh', '-c', 'echo out > /dev/stdout; echo err > /dev/stderr'], {
    spec: { user: { uid: 1000, gid: 1000 } },
  });
  assert.deepEqual([stdout, stderr], ['out\n', 'err\n']);
});

test('environment, working directory, user, groups and umask are as the spec says', async (t) => {
  const { run } = workshop(t);
  const { stdout } = await run(['sh', '-c', 'echo $A; pwd; id -u; id -g; id -G; umask'], {
    spec: {
      env: ['PATH=/bin', 'A=x y'],
      cwd: '/made/on/demand',
      user: { uid: 1001, gid: 1002, additionalGids: [1003, 4], umask: 0o027 },
    },
  });
  assert.equal(stdout, 'x y\n/made/on/demand\n1001\n1002\n1002 4 1003\n0027\n');
});

test('capabilities, seccomp and no_new_privs are in force', async (t) => {
  const { run } = workshop(t);
  const status = async (uid: number) => {
    const { stdout } = await run(['grep', '-E', '^(Cap|NoNew|Seccomp:)', '/proc/self/status'], {
      spec: { user: { uid, gid: uid } },
    });
    return Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/:\s+/)),
    );
  };
  assert.deepEqual(await status(0), {
    CapInh: '0000000000000000',
    CapPrm: '00000000a80425fb',
    CapEff: '00000000a80425fb',
    CapBnd: '00000000a80425fb',
    CapAmb: '0000000000000000',
    NoNewPrivs: '0',
    Seccomp: '2',
  });
  assert.deepEqual(await status(1000), {
    CapInh: '0000000000000000',
    CapPrm: '0000000000000000',
    CapEff: '0000000000000000',
    CapBnd: '00000000a80425fb',
    CapAmb: '0000000000000000',
    NoNewPrivs: '0',
    Seccomp: '2',
  });
  assert.match(
    (await run(['sh', '-c', 'unshare -m true 2>&1; mount -t tmpfs x /mnt 2>&1'])).stdout,
    /unshare: .*Operation not permitted/,
  );
});

test('the container sees its own namespaces and nothing of the host', async (t) => {
  const { run } = workshop(t);
  const { stdout } = await run([
    'sh',
    '-c',
    'for n in mnt pid net ipc uts; do readlink /proc/self/ns/$n; done; echo $$; hostname; ls /proc/self/fd; ip -o link | wc -l',
  ]);
  const lines = stdout.trim().split('\n');
  const { readlinkSync } = await import('node:fs');
  for (const [at, name] of ['mnt', 'pid', 'net', 'ipc', 'uts'].entries())
    assert.notEqual(lines[at], readlinkSync(`/proc/self/ns/${name}`));
  assert.deepEqual(lines.slice(5), ['1', 'buildkitsandbox', '0', '1', '2', '3', '1']);
});

test('devices and masked paths are in place', async (t) => {
  const { run } = workshop(t);
  const { stdout } = await run([
    'sh',
    '-c',
    'head -c2 /dev/zero | wc -c; wc -c < /proc/keys; ls /sys/firmware | wc -l; echo x 2>&1 > /proc/sys/kernel/hostname; mknod /blk b 254 0; cat /blk 2>&1',
  ]);
  const lines = stdout.trim().split('\n');
  assert.deepEqual(lines.slice(0, 3), ['2', '0', '0']);
  assert.match(
    stdout,
    /can't create \/proc\/sys\/kernel\/hostname: Read-only file system|can't open '\/blk': Operation not permitted/,
  );
  assert.match(stdout, /\/blk.*Operation not permitted/);
});

test('the upper folder holds what BuildKit would leave: /dev /proc /sys, no other mountpoint', async (t) => {
  const { run, upper, lower, directory } = workshop(t);
  const file = join(directory, 'resolv.conf');
  writeFileSync(file, 'nameserver 1.1.1.1\n');
  mkdirSync(join(lower, 'opt'));
  utimesSync(join(lower, 'opt'), 1000, 1000);
  const mounts = [
    bindMount(file, '/etc/resolv.conf', { readonly: true }),
    bindMount(directory, '/mnt/x/y'),
    tmpfsMount('/opt/cache'),
  ];
  const { stdout } = await run(
    ['sh', '-c', 'cat /etc/resolv.conf; ls -d /mnt/x/y /opt/cache; echo kept > /kept'],
    { spec: { mounts } },
  );
  assert.equal(stdout, 'nameserver 1.1.1.1\n/mnt/x/y\n/opt/cache\n');
  assert.deepEqual(readdirSync(upper).sort(), ['dev', 'kept', 'opt', 'proc', 'sys']);
  assert.equal(
    statSync(join(upper, 'opt')).mtimeMs,
    1_000_000,
    'the folder a mountpoint was made in keeps its time',
  );
});

test('a mountpoint that the step filled stays', async (t) => {
  const { run, upper, directory } = workshop(t);
  const mounts = [bindMount(directory, '/mnt/x')];
  await run(['sh', '-c', 'echo mine > /mnt/beside'], { spec: { mounts } });
  assert.deepEqual(readdirSync(join(upper, 'mnt')), ['beside']);
});

test('a read-only root refuses writes, a tmpfs takes them', async (t) => {
  const { run, lower } = workshop(t);
  for (const name of ['dev', 'proc', 'sys', 'scratch']) mkdirSync(join(lower, name));
  const { stdout } = await run(['sh', '-c', 'echo x > /file; echo x > /scratch/file && cat /scratch/file'], {
    bundle: { root: { lower: [lower] } },
    spec: { mounts: [tmpfsMount('/scratch', ['size=64k'])] },
  });
  assert.equal(stdout, 'x\n');
});

test('200 lower folders, and paths beyond 255 bytes, can be mounted', async (t) => {
  const { run, lower, directory } = workshop(t);
  const deep = join(directory, 'd'.repeat(200), 'e'.repeat(200));
  const layers = Array.from({ length: 200 }, (_, at) => join(at % 2 ? deep : directory, `layer-${at}`));
  for (const [at, layer] of layers.entries()) {
    mkdirSync(layer, { recursive: true });
    writeFileSync(join(layer, `file-${at}`), '');
    writeFileSync(join(layer, 'top'), String(at));
  }
  const root = {
    lower: [...layers, lower],
    upper: join(directory, 'upper'),
    work: join(directory, 'work'),
    volatile: true,
  };
  const { stdout } = await run(['sh', '-c', 'ls / | grep -c file-; cat /top'], { bundle: { root } });
  assert.equal(stdout, '200\n0');
});

test('an abort kills the container', async (t) => {
  const { run } = workshop(t);
  const control = new AbortController();
  const running = run(['sleep', '60'], { signal: control.signal });
  setTimeout(() => control.abort(), 100);
  await assert.rejects(running, { name: 'AbortError' });
});

test('a failing step is named, with what it was at', async (t) => {
  const { run } = workshop(t);
  await assert.rejects(run(['true'], { spec: { mounts: [bindMount('/nosuch/source', '/mnt')] } }), {
    code: 'RUNTIME_FAILED',
    message: /step \d+ 'bind' '\/nosuch\/source' failed: no such file or directory \(ENOENT\)/,
  });
});

test('a limit above what may be set fails when asked for, and is lowered when it is a wish', async (t) => {
  const { run } = workshop(t);
  const rlimits = [{ type: 'RLIMIT_NOFILE', soft: 2 ** 40, hard: 2 ** 40 }];
  await assert.rejects(run(['true'], { spec: { rlimits } }), {
    code: 'RUNTIME_FAILED',
    message: /'rlimit' 'RLIMIT_NOFILE/,
  });
  const lowered = await run(['sh', '-c', 'ulimit -n'], {
    spec: { rlimits: [{ type: 'RLIMIT_NOFILE', soft: 512, hard: 1024 }] },
  });
  assert.equal(lowered.stdout, '512\n');
});

test('links of a hostile image lead no mount out of the root', async (t) => {
  const { run, lower, upper, directory } = workshop(t);
  const secret = join(directory, 'secret');
  mkdirSync(secret);
  writeFileSync(join(directory, 'resolv.conf'), 'mine\n');
  mkdirSync(join(lower, 'etc'));
  symlinkSync(`/../../../../../..${secret}/made`, join(lower, 'etc/resolv.conf'));
  symlinkSync(secret, join(lower, 'data'));
  const mounts = [
    bindMount(join(directory, 'resolv.conf'), '/etc/resolv.conf'),
    bindMount('/usr', '/data/usr'),
  ];
  const { stdout } = await run(['sh', '-c', `cat /etc/resolv.conf; ls -d /data/usr/bin`], {
    spec: { mounts },
  });
  assert.equal(stdout, 'mine\n/data/usr/bin\n');
  assert.deepEqual(readdirSync(secret), [], 'nothing was made on the host');
  assert.ok(!existsSync(join(upper, secret, 'usr')), 'and the mountpoints inside are gone');
});

test('/proc that is a link is refused', async (t) => {
  const { run, lower } = workshop(t);
  mkdirSync(join(lower, 'etc'));
  symlinkSync('/etc', join(lower, 'proc'));
  await assert.rejects(run(['true']), { code: 'RUNTIME_FAILED', message: /'mount' '\/proc'/ });
});

test('a step that replaces a mountpoint’s folder by a link deletes nothing of the host', async (t) => {
  const { run, directory } = workshop(t);
  const victim = join(directory, 'victim');
  mkdirSync(join(victim, 'y'), { recursive: true });
  const mounts = [{ destination: '/mnt/x/y', type: 'tmpfs', source: 'tmpfs' }];
  await run(
    [
      'sh',
      '-c',
      `mv /mnt/x /moved 2>/dev/null; rm -rf /mnt/x 2>/dev/null; mv /mnt /old; mkdir /mnt; ln -s ${victim} /mnt/x`,
    ],
    { spec: { mounts } },
  );
  assert.deepEqual(readdirSync(victim), ['y']);
});

test('the launcher cannot be overwritten from inside through /proc/PID/exe', async (t) => {
  const { run, lower } = workshop(t);
  symlinkSync('/proc/self/exe', join(lower, 'self'));
  // The image's command is the launcher itself, which runs a shell as its child: /proc/1/exe is the host's file.
  const { stdout } = await run([
    '/self',
    'init',
    '/bin/sh',
    '-c',
    'echo evil 2>&1 > /proc/1/exe; cmp /proc/1/exe /self || echo other',
  ]);
  assert.match(stdout, /other/);
  const { stderr } = await run(['/self', 'init', '/bin/sh', '-c', 'echo evil > /proc/1/exe']);
  assert.match(stderr, /can't create \/proc\/1\/exe: Read-only file system/);
});
