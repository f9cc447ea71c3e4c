// Containers that outlive their starter: attach, logs, terminals, signals, exec, and how they end.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createSpec, readLogs, removeCgroups } from '../../src/runtime/index.ts';
import { collector, entries, eventually, isAlive, workshop } from './rootfs.ts';

const processOf = (args: readonly string[], more: Partial<Parameters<typeof createSpec>[0]> = {}) =>
  createSpec({ args, env: ['PATH=/bin'], cwd: '/', user: { uid: 0, gid: 0 }, ...more }).process;

test('exit status, log and socket are in the container’s folder', async (t) => {
  const { start, runtime, containerDirectory } = workshop(t);
  const container = await start(['sh', '-c', 'echo out; echo err >&2; read x; exit 7'], { openStdin: true });
  assert.equal(statSync(join(containerDirectory, 'socket')).mode & 0o777, 0o600);
  assert.equal(runtime.exitStatus(containerDirectory), undefined);
  const again = await runtime.open(containerDirectory);
  assert.deepEqual([again?.pid, again?.startedAt], [container.pid, container.startedAt]);
  const waiting = container.wait();
  const stdin = new PassThrough();
  void container.attach({ stdin });
  stdin.write('go\n');
  assert.deepEqual(await waiting, { code: 7 });
  const { finishedAt, ...status } = runtime.exitStatus(containerDirectory) ?? {};
  assert.deepEqual(status, { code: 7 });
  assert.ok(Math.abs(Number(finishedAt) - Date.now()) < 5000);
  assert.equal(existsSync(join(containerDirectory, 'socket')), false);
  assert.equal(await runtime.open(containerDirectory), undefined);
  assert.deepEqual(await container.wait(), { code: 7 }, 'also afterwards');
  await assert.rejects(container.kill('TERM'), { code: 'CONTAINER_NOT_RUNNING' });
  const found = (await entries(readLogs(containerDirectory))).map(({ stream, data }) => [
    stream,
    String(data),
  ]);
  assert.deepEqual(found.sort(), [
    ['stderr', 'err\n'],
    ['stdout', 'out\n'],
  ]);
});

test('a killed container ends with 128 and the signal', async (t) => {
  const { start, runtime, containerDirectory } = workshop(t);
  const container = await start(['sleep', '60']);
  await container.kill('SIGKILL');
  assert.deepEqual(await container.wait(), { code: 137, signal: 'SIGKILL' });
  assert.equal(runtime.exitStatus(containerDirectory)?.signal, 'SIGKILL');
});

test('a command that cannot run leaves nothing', async (t) => {
  const { start, runtime, containerDirectory } = workshop(t);
  await assert.rejects(start(['nosuch']), { code: 'COMMAND_NOT_FOUND' });
  await eventually(() => !existsSync(join(containerDirectory, 'socket')), 'the socket is gone');
  assert.equal(runtime.exitStatus(containerDirectory), undefined);
});

test('attached streams miss nothing, and stdin ends with its source', async (t) => {
  const { start } = workshop(t);
  const stdin = new PassThrough();
  const attach = collector(stdin);
  const container = await start(['sh', '-c', 'echo first; cat; echo last >&2'], { openStdin: true, attach });
  stdin.end('line\n'.repeat(50_000));
  assert.deepEqual(await container.wait(), { code: 0 });
  assert.equal(attach.text(), `first\n${'line\n'.repeat(50_000)}`);
  assert.equal(attach.errors(), 'last\n');
});

test('streams that are let go leave the process and its stdin alone', async (t) => {
  const { start, runtime, containerDirectory } = workshop(t);
  const control = new AbortController();
  const attach = { ...collector(new PassThrough()), detach: control.signal };
  const started = await start(['sh', '-c', 'echo here; read x; echo $x; exit 8'], {
    openStdin: true,
    attach,
  });
  await eventually(() => attach.text() === 'here\n', 'the output came');
  control.abort();
  await assert.rejects(started.wait());
  const found = await runtime.open(containerDirectory);
  const other = new AbortController();
  const attached = found?.attach({ ...collector(), detach: other.signal });
  other.abort();
  await attached;
  const stdin = new PassThrough();
  const last = collector(stdin);
  const done = found?.attach(last);
  stdin.write('more\n');
  await done;
  assert.equal(last.text(), 'more\n');
  assert.equal(runtime.exitStatus(containerDirectory)?.code, 8);
});

test('several clients see the same output', async (t) => {
  const { start } = workshop(t);
  const container = await start(['sh', '-c', 'read x; echo $x'], { openStdin: true });
  const watchers = [collector(), collector()];
  const done = watchers.map((streams) => container.attach(streams));
  const stdin = new PassThrough();
  done.push(container.attach({ stdin }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  stdin.write('hello\n');
  await Promise.all(done);
  assert.deepEqual(
    watchers.map((streams) => streams.text()),
    ['hello\n', 'hello\n'],
  );
});

test('a client that does not read holds the container up for a while only', {
  timeout: 40_000,
}, async (t) => {
  const { start, containerDirectory } = workshop(t);
  const container = await start(['sh', '-c', 'read x; dd if=/dev/zero bs=65536 count=64 2>/dev/null'], {
    openStdin: true,
  });
  const idle = connect(join(containerDirectory, 'socket')).pause();
  t.after(() => idle.destroy());
  idle.write(Buffer.from([1, 0, 0, 0, 1, 0, 0, 0, 2]));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const stdin = new PassThrough();
  void container.attach({ stdin });
  stdin.write('go\n');
  assert.deepEqual(await container.wait(), { code: 0 });
});

test('a terminal has its size, follows resizes, and is the console', async (t) => {
  const { start } = workshop(t);
  const stdin = new PassThrough();
  const attach = collector(stdin);
  const container = await start(
    [
      'sh',
      '-c',
      'tty; stty size; test -c /dev/console && echo console; trap "stty size; exit 9" WINCH; echo ready; while :; do sleep 0.05; done',
    ],
    {
      openStdin: true,
      attach,
      spec: { terminal: true, consoleSize: { width: 100, height: 30 } },
    },
  );
  await eventually(() => attach.text().includes('ready'), 'the command is ready');
  await container.resize({ width: 81, height: 25 });
  assert.deepEqual(await container.wait(), { code: 9 });
  assert.equal(attach.text(), '/dev/pts/0\r\n30 100\r\nconsole\r\nready\r\n25 81\r\n');
});

test('Ctrl-C on the terminal interrupts the command', async (t) => {
  const { start } = workshop(t);
  const stdin = new PassThrough();
  const attach = collector(stdin);
  const container = await start(
    ['sh', '-c', 'trap "echo caught; exit 3" INT; echo ready; while :; do sleep 0.05; done'],
    { openStdin: true, attach, spec: { terminal: true } },
  );
  await eventually(() => attach.text().includes('ready'), 'the command is ready');
  stdin.write('\x03');
  assert.deepEqual(await container.wait(), { code: 3 });
});

test('an init reaps orphans, forwards signals and passes the status on', async (t) => {
  const { start } = workshop(t);
  const attach = collector();
  const container = await start(
    [
      'sh',
      '-c',
      'trap "exit 5" TERM; (sleep 0.05 &) ; sleep 0.3; ps -o stat,comm | grep -c "^Z"; echo $$; while :; do sleep 0.05; done',
    ],
    { attach, bundle: { init: true } },
  );
  await eventually(() => attach.text().split('\n').length > 2, 'the shell has printed');
  await container.kill('TERM');
  assert.deepEqual(await container.wait(), { code: 5 });
  const [zombies, pid] = attach.text().split('\n');
  assert.deepEqual([zombies, pid], ['0', '2']);
});

test('exec enters the container with its own user, streams and status', async (t) => {
  const { start } = workshop(t);
  const container = await start(['sleep', '60'], { spec: { hostname: 'inside' } });
  const stdin = new PassThrough();
  const streams = collector(stdin);
  stdin.end('from outside\n');
  const user = { uid: 1000, gid: 1001, additionalGids: [5] };
  const status = await container.exec(
    processOf(
      [
        'sh',
        '-c',
        'hostname; id -u; id -G; cat; xargs -0 echo < /proc/1/cmdline; grep -E "^(CapBnd|Seccomp):" /proc/self/status; echo oops >&2; exit 4',
      ],
      { user },
    ),
    streams,
  );
  assert.deepEqual(status, { code: 4 });
  assert.equal(
    streams.text(),
    'inside\n1000\n1001 5\nfrom outside\nsleep 60\nCapBnd:\t00000000a80425fb\nSeccomp:\t2\n',
  );
  assert.match(streams.errors(), /oops\n/);
  await assert.rejects(container.exec(processOf(['nosuch']), {}), {
    code: 'COMMAND_NOT_FOUND',
    message: 'exec: "nosuch": executable file not found in $PATH',
  });
  await assert.rejects(container.exec(processOf(['true'], { cwd: '/nosuch' }), {}), {
    code: 'RUNTIME_FAILED',
  });
  assert.deepEqual(await container.exec(processOf(['sh', '-c', 'kill -9 $$']), {}), {
    code: 137,
    signal: 'SIGKILL',
  });
  await container.kill(9);
  await container.wait();
});

test('exec joins the container’s namespaces and cgroups', async (t) => {
  const { start } = workshop(t);
  const container = await start(['sleep', '60']);
  const look = [
    'sh',
    '-c',
    'for n in mnt pid net ipc uts; do readlink /proc/$1/ns/$n; done; cat /proc/$1/cgroup',
    'sh',
  ];
  const [own, other] = [collector(), collector()];
  await container.exec(processOf([...look, 'self']), own);
  await container.exec(processOf([...look, '1'], { capabilities: { add: ['SYS_PTRACE'] } }), other);
  assert.ok(own.text().split('\n').length > 6);
  assert.equal(own.text(), other.text());
  await container.kill(9);
  await container.wait();
});

test('exec with a terminal', async (t) => {
  const { start } = workshop(t);
  const container = await start(['sleep', '60']);
  const streams = collector(new PassThrough());
  const status = await container.exec(
    processOf(['sh', '-c', 'tty; stty size; id -u'], {
      terminal: true,
      consoleSize: { width: 70, height: 20 },
    }),
    streams,
  );
  assert.deepEqual(status, { code: 0 });
  assert.equal(streams.text(), '/dev/pts/0\r\n20 70\r\n0\r\n');
  await container.kill(9);
  await container.wait();
});

test('the log is valid JSON whatever is printed, long lines in parts', async (t) => {
  const { start, containerDirectory } = workshop(t);
  const container = await start([
    'sh',
    '-c',
    'printf \'a"\\\\\\001\\377é\\n\'; head -c 40000 /dev/zero | tr "\\0" x; echo; printf unfinished',
  ]);
  await container.wait();
  const lines = readFileSync(join(containerDirectory, 'log.json'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { log: string; stream: string; time: string });
  assert.deepEqual(
    lines.map(({ log }) => log.length),
    [7, 16384, 16384, 7233, 10],
  );
  assert.equal(lines[0]?.log, 'a"\\\u0001\ufffdé\n');
  assert.match(lines[0]?.time ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
  const tail = (await entries(readLogs(containerDirectory, { tail: 2 }))).map(({ data }) => data.length);
  assert.deepEqual(tail, [16384, 16384, 7233, 10], 'parts of a long line count as one');
});

test('following a log yields what comes, until the end', async (t) => {
  const { start, containerDirectory } = workshop(t);
  const container = await start(['sh', '-c', 'for i in 1 2 3; do echo $i; sleep 0.1; done']);
  const lines: string[] = [];
  for await (const { data } of readLogs(containerDirectory, { follow: true })) lines.push(String(data));
  assert.deepEqual(lines, ['1\n', '2\n', '3\n']);
  await container.wait();
});

test('a container goes on when its starter is killed; its exit command runs when nobody waits', async (t) => {
  const { directory, lower, runtime, containerDirectory } = workshop(t);
  const marker = join(directory, 'settled');
  const script = `
    import { createRuntime, createSpec } from '${new URL('../../src/runtime/index.ts', import.meta.url).pathname}';
    const spec = createSpec({ args: ['sh', '-c', 'sleep 0.5; echo later; exit 3'], env: ['PATH=/bin'], cwd: '/', user: { uid: 0, gid: 0 } });
    const root = { lower: ['${lower}'], upper: '${join(directory, 'upper')}', work: '${join(directory, 'work')}' };
    const runtime = createRuntime({ runDirectory: '${directory}/run' });
    await runtime.start({ id: 'orphan-${process.pid}', spec, root }, { directory: '${containerDirectory}', openStdin: false, exitCommand: ['/bin/touch', '${marker}'] });
    process.kill(process.pid, 'SIGKILL');`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  const signal = await new Promise((resolve) => starter.on('exit', (_, name) => resolve(name)));
  assert.equal(signal, 'SIGKILL');
  assert.ok(await runtime.open(containerDirectory), 'it runs');
  await eventually(() => existsSync(marker), 'the exit command ran');
  assert.equal(runtime.exitStatus(containerDirectory)?.code, 3);
  assert.match(readFileSync(join(containerDirectory, 'log.json'), 'utf8'), /"later\\n"/);
});

test('kill -9 of a build’s process leaves no container, mount or cgroup', async (t) => {
  const { directory, lower } = workshop(t);
  const id = `doomed-${process.pid}`;
  const pidFile = join(directory, 'inner');
  mkdirSync(pidFile);
  const script = `
    import { createBuildSpec, createRuntime, bindMount } from '${new URL('../../src/runtime/index.ts', import.meta.url).pathname}';
    const spec = createBuildSpec({ args: ['sh', '-c', 'touch /inner/started; sleep 1000'], env: ['PATH=/bin'], cwd: '/', user: { uid: 0, gid: 0 }, mounts: [bindMount('${pidFile}', '/inner')] });
    const root = { lower: ['${lower}'], upper: '${join(directory, 'upper')}', work: '${join(directory, 'work')}' };
    await createRuntime({ runDirectory: '${directory}/run' }).run({ id: '${id}', spec, root }, { onOutput() {} });`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  await eventually(() => existsSync(join(pidFile, 'started')), 'the step runs');
  const children = readFileSync(`/proc/${starter.pid}/task/${starter.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  const [supervisor = 0] = children;
  const [inner = 0] = readFileSync(`/proc/${supervisor}/task/${supervisor}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  assert.ok(isAlive(inner));
  starter.kill('SIGKILL');
  await eventually(() => !isAlive(inner) && !isAlive(supervisor), 'both are gone');
  assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(directory));
  await eventually(() => cgroupsNamed(id).length === 0, 'the cgroups are gone');
});

test('a container that ran out of memory says so; its cgroups are gone afterwards', async (t) => {
  const { start, runtime, containerDirectory } = workshop(t);
  const id = `hungry-${process.pid}`;
  const memory = { limit: 16 * 1024 * 1024, swap: 16 * 1024 * 1024 };
  const container = await start(['sh', '-c', 'head -c 100m /dev/zero | tail'], {
    spec: { resources: { memory, pids: { limit: 50 } } },
    bundle: { id },
  });
  const { oomKilled } = await container.wait();
  assert.equal(oomKilled, true);
  assert.equal(runtime.exitStatus(containerDirectory)?.oomKilled, true);
  assert.deepEqual(cgroupsNamed(id), []);
});

test('a supervisor that is killed takes its container along', async (t) => {
  const { start, runtime, containerDirectory } = workshop(t);
  const id = `orphaned-${process.pid}`;
  const container = await start(['sleep', '60'], { bundle: { id } });
  const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${container.pid}/status`, 'utf8'))?.[1]);
  process.kill(parent, 'SIGKILL');
  await eventually(() => !isAlive(container.pid), 'the container is gone');
  assert.equal(await runtime.open(containerDirectory), undefined);
  await assert.rejects(container.wait(), { code: 'RUNTIME_FAILED' });
  removeCgroups(id);
  assert.deepEqual(cgroupsNamed(id), []);
});

function cgroupsNamed(id: string): readonly string[] {
  return readdirSync('/sys/fs/cgroup')
    .map((controller) => join('/sys/fs/cgroup', controller, 'caisson', id))
    .filter((path) => existsSync(path));
}
