// The launcher that runs all steps of a build: what steps share, what they must not, and how it ends.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRuntime, listCgroups, removeCgroups, strayStepGroups } from '../../src/runtime/index.ts';
import { eventually, isAlive, type Workshop, workshop } from './rootfs.ts';

/** A root of its own for one of several steps that run at once. */
function ownRoot({ directory, lower }: Workshop, name: string) {
  const [upper, work] = [join(directory, `upper-${name}`), join(directory, `work-${name}`)];
  mkdirSync(upper);
  mkdirSync(work);
  return { lower: [lower], upper, work, volatile: true };
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** The supervisors that `pid` started and the servers they supervise. */
function serversOf(pid: number): readonly Server[] {
  return childrenOf(pid)
    .filter(isAlive)
    .map((supervisor) => ({ supervisor, server: childrenOf(supervisor)[0] ?? 0 }));
}

interface Server {
  readonly supervisor: number;
  readonly server: number;
}

/** The one server of this process, when it is up and nothing else is. */
async function onlyServer(): Promise<Server> {
  const found = (): Server | undefined => {
    const [first, ...others] = serversOf(process.pid);
    return others.length === 0 && first && isAlive(first.server) ? first : undefined;
  };
  await eventually(() => found() !== undefined, 'one server is up');
  return found() ?? { supervisor: 0, server: 0 };
}

function cgroupsOf(pid: number): readonly string[] {
  return listCgroups().filter((name) => name.startsWith(`steps-${pid}-`));
}

const descriptors = (pid: number): readonly string[] => readdirSync(`/proc/${pid}/fd`);

test('200 steps run in one launcher, which opens nothing that it does not close', async (t) => {
  const { run, runtime } = workshop(t);
  const step = async (at: number): Promise<void> => {
    const { stdout, code } = await run(['sh', '-c', `echo ${at}; echo no >&2; exit ${at % 3}`]);
    assert.deepEqual([stdout, code], [`${at}\n`, at % 3]);
  };
  for (let at = 0; at < 5; at++) await step(at);
  const { supervisor, server } = await onlyServer();
  const before = [descriptors(server), descriptors(supervisor), descriptors(process.pid)];
  for (let at = 5; at < 200; at++) await step(at);
  assert.deepEqual(await onlyServer(), { supervisor, server }, 'it is still the same');
  assert.deepEqual([descriptors(server), descriptors(supervisor), descriptors(process.pid)], before);
  assert.deepEqual(childrenOf(server), [], 'no zombie is left');
  await runtime[Symbol.asyncDispose]();
  assert.deepEqual(serversOf(process.pid), []);
  assert.ok(!isAlive(server) && !isAlive(supervisor));
  assert.deepEqual(cgroupsOf(process.pid), []);
});

test('a step leaves nothing to the next: its state is the same whatever ran before and beside it', async (t) => {
  const shop = workshop(t);
  const look = [
    'sh',
    '-c',
    'grep -E "^(Umask|Sig[PBIC]|Cap|NoNew|Groups|Seccomp:)" /proc/self/status; ls /proc/self/fd; pwd; hostname; env; ulimit -a; cut -d" " -f5- /proc/self/mountinfo | grep -v "^/ "; echo /proc/[0-9]*',
  ];
  const first = await shop.run(look, { bundle: { root: ownRoot(shop, 'first') } });
  assert.match(
    first.stdout,
    /^0\n1\n2\n3$/m,
    'the standard streams and the listed folder are all that is open',
  );
  await shop.run(['sh', '-c', 'umask 0; trap "" TERM HUP; ulimit -n 10; cd /tmp; sleep 1000 & exit 0'], {
    spec: {
      env: ['PATH=/bin', 'SECRET=1'],
      cwd: '/elsewhere',
      hostname: 'other',
      user: { uid: 7, gid: 7, additionalGids: [9], umask: 0o77 },
      rlimits: [{ type: 'RLIMIT_NPROC', soft: 100, hard: 100 }],
    },
  });
  const beside = shop.run(['sleep', '60'], {
    bundle: { root: ownRoot(shop, 'beside') },
    signal: AbortSignal.timeout(400),
  });
  const second = await shop.run(look, { bundle: { root: ownRoot(shop, 'second') } });
  assert.equal(second.stdout, first.stdout);
  await assert.rejects(beside);
});

test('steps run side by side, each with its own output, exit code and namespaces', async (t) => {
  const shop = workshop(t);
  const steps = Array.from({ length: 12 }, async (_, at) => {
    const script = `i=0; while [ $i -lt 500 ]; do echo ${at}:$i; echo e${at} >&2; i=$((i+1)); done; hostname; exit ${at}`;
    return shop.run(['sh', '-c', script], {
      bundle: { root: ownRoot(shop, String(at)) },
      spec: { hostname: `host-${at}` },
    });
  });
  for (const [at, { code, stdout, stderr }] of (await Promise.all(steps)).entries()) {
    const lines = Array.from({ length: 500 }, (_, line) => `${at}:${line}\n`);
    assert.equal(stdout, `${lines.join('')}host-${at}\n`);
    assert.equal(stderr, `e${at}\n`.repeat(500));
    assert.equal(code, at);
  }
  await onlyServer();
});

test('an abort ends its own step at once, and no other', async (t) => {
  const shop = workshop(t);
  const control = new AbortController();
  const reason = new Error('enough');
  const doomed = shop.run(['sleep', '60'], {
    bundle: { root: ownRoot(shop, 'doomed') },
    signal: control.signal,
  });
  const other = shop.run(['sh', '-c', 'sleep 0.6; echo done'], { bundle: { root: ownRoot(shop, 'other') } });
  const { server } = await onlyServer();
  await eventually(() => childrenOf(server).length === 2, 'both run');
  control.abort(reason);
  await assert.rejects(doomed, reason);
  await eventually(() => childrenOf(server).length === 1, 'one runs');
  assert.equal((await other).stdout, 'done\n');
});

test('a step that cannot start says why, and leaves the others alone', async (t) => {
  const shop = workshop(t);
  const good = shop.run(['sh', '-c', 'sleep 0.2; echo good'], { bundle: { root: ownRoot(shop, 'good') } });
  const bad = { lower: ['/nosuch/layer'], upper: join(shop.directory, 'u'), work: join(shop.directory, 'w') };
  mkdirSync(bad.upper);
  await assert.rejects(shop.run(['true'], { bundle: { root: bad } }), {
    code: 'RUNTIME_FAILED',
    message: /'overlay' '\/nosuch\/layer' failed: no such file or directory \(ENOENT\)/,
  });
  await assert.rejects(shop.run(['true'], { bundle: { root: { ...bad, upper: '/nosuch/upper' } } }), {
    code: 'RUNTIME_FAILED',
    message: /no such file or directory \(ENOENT\)/,
  });
  assert.equal((await good).stdout, 'good\n');
});

test('a step with limits of its own gets them, beside the launcher of the others', async (t) => {
  const shop = workshop(t);
  assert.equal((await shop.run(['true'])).code, 0);
  const { stderr } = await shop.run(['sh', '-c', 'for i in 1 2 3 4 5 6; do sleep 1 & done; wait'], {
    spec: { resources: { pids: { limit: 3 } } },
  });
  assert.match(stderr, /can't fork/);
  await onlyServer();
});

for (const victim of ['server', 'supervisor'] as const)
  test(`a ${victim} that is killed fails its steps with a clear error, and the next step runs`, async (t) => {
    const shop = workshop(t);
    const names = ['a', 'b'];
    const running = names.map((name) => shop.run(['sleep', '60'], { bundle: { root: ownRoot(shop, name) } }));
    const before = await onlyServer();
    await eventually(() => childrenOf(before.server).length === 2, 'both run');
    const containers = childrenOf(before.server);
    process.kill(before[victim], 'SIGKILL');
    const message =
      victim === 'server'
        ? "The launcher that runs the build's steps ended early, killed by SIGKILL"
        : "The launcher that runs the build's steps was killed";
    for (const one of running) await assert.rejects(one, { code: 'RUNTIME_FAILED', message });
    await eventually(() => !containers.some(isAlive), 'the containers are gone');
    await eventually(() => !isAlive(before.supervisor) && !isAlive(before.server), 'both are gone');
    assert.equal((await shop.run(['echo', 'again'])).stdout, 'again\n');
    assert.notEqual((await onlyServer()).server, before.server);
  });

test('kill -9 of a build’s process takes all its steps, the launcher and the cgroups along', async (t) => {
  const shop = workshop(t);
  const { directory, lower } = shop;
  const roots = ['a', 'b', 'c'].map((name) => ownRoot(shop, name));
  const script = `
    import { createBuildSpec, createRuntime } from '${new URL('../../src/runtime/index.ts', import.meta.url).pathname}';
    const spec = createBuildSpec({ args: ['sleep', '1000'], env: ['PATH=/bin'], cwd: '/', user: { uid: 0, gid: 0 } });
    const runtime = createRuntime({ runDirectory: '${directory}/run' });
    for (const root of ${JSON.stringify(roots)}) void runtime.run({ id: 'any', spec, root }, { onOutput() {} });`;
  assert.ok(existsSync(lower));
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  const pid = starter.pid ?? 0;
  const all = (): readonly number[] =>
    serversOf(pid).flatMap(({ server }) => (server ? childrenOf(server) : []));
  await eventually(() => all().length === 3, 'the steps run');
  const [found] = serversOf(pid);
  const processes = [...all(), found?.server ?? 0, found?.supervisor ?? 0];
  assert.ok(processes.every(isAlive));
  starter.kill('SIGKILL');
  await eventually(() => !processes.some(isAlive), 'all are gone');
  await eventually(() => cgroupsOf(pid).length === 0, 'the cgroups are gone');
});

test('a program that never disposes its runtime still ends, and the launcher with it', async (t) => {
  const shop = workshop(t);
  const root = ownRoot(shop, 'quick');
  const script = `
    import { createBuildSpec, createRuntime } from '${new URL('../../src/runtime/index.ts', import.meta.url).pathname}';
    const spec = createBuildSpec({ args: ['true'], env: ['PATH=/bin'], cwd: '/', user: { uid: 0, gid: 0 } });
    const runtime = createRuntime({ runDirectory: '${shop.directory}/run' });
    runtime.warm();
    await runtime.run({ id: 'any', spec, root: ${JSON.stringify(root)} }, { onOutput() {} });`;
  const program = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  const code = await new Promise((resolve) => program.on('exit', resolve));
  assert.equal(code, 0);
  await eventually(() => cgroupsOf(program.pid ?? 0).length === 0, 'its cgroup is gone');
});

test('disposing ends what runs, and a later step starts anew', async (t) => {
  const { run, runtime } = workshop(t);
  const running = run(['sleep', '60']);
  const { server } = await onlyServer();
  await eventually(() => childrenOf(server).length === 1, 'it runs');
  const rejected = assert.rejects(running, { code: 'RUNTIME_FAILED' });
  await runtime[Symbol.asyncDispose]();
  await rejected;
  assert.ok(!isAlive(server));
  assert.equal((await run(['echo', 'x'])).stdout, 'x\n');
});

test('warming starts the launcher that the first step uses; with no step it goes too', async () => {
  const runtime = createRuntime({ runDirectory: '/nosuch' });
  runtime.warm();
  runtime.warm();
  const { supervisor, server } = await onlyServer();
  await runtime[Symbol.asyncDispose]();
  assert.ok(!isAlive(supervisor) && !isAlive(server));
  assert.deepEqual(cgroupsOf(process.pid), []);
});

test('the cgroups of a build that was killed with its launcher are found once nothing lives in them', async (t) => {
  const shop = workshop(t);
  const root = ownRoot(shop, 'stray');
  const script = `
    import { createBuildSpec, createRuntime } from '${new URL('../../src/runtime/index.ts', import.meta.url).pathname}';
    const spec = createBuildSpec({ args: ['sleep', '1000'], env: ['PATH=/bin'], cwd: '/', user: { uid: 0, gid: 0 } });
    const runtime = createRuntime({ runDirectory: '${shop.directory}/run' });
    void runtime.run({ id: 'any', spec, root: ${JSON.stringify(root)} }, { onOutput() {} });`;
  const program = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  const pid = program.pid ?? 0;
  const running = (): Server | undefined =>
    serversOf(pid).find(({ server }) => server && childrenOf(server).length > 0);
  await eventually(() => running() !== undefined, 'the step runs');
  const [name = ''] = cgroupsOf(pid);
  assert.ok(!strayStepGroups().includes(name), 'a living build owns it');
  const { supervisor, server } = running() ?? { supervisor: 0, server: 0 };
  const [container = 0] = childrenOf(server);
  for (const one of [pid, supervisor]) process.kill(one, 'SIGKILL');
  await eventually(() => strayStepGroups().includes(name), 'it is found');
  await removeCgroups(name);
  assert.deepEqual(cgroupsOf(pid), []);
  assert.ok(![supervisor, server, container].some(isAlive));
});
