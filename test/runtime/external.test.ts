// The same containers under the launcher and under OCI runtimes: what they see must be the same.

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { bindMount, createBuildSpec, createSpec, readLogs, tmpfsMount } from '../../src/runtime/index.ts';
import { collector, entries, type Workshop, workshop } from './rootfs.ts';

const installed = (name: string) =>
  ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'].some((folder) =>
    existsSync(join(folder, name)),
  );

/** What a process can see of how it was set up. */
const LOOK = `
grep -E '^(Cap|NoNew|Seccomp:|Uid|Gid|Groups|Umask)' /proc/self/status
echo == namespaces; for n in mnt pid net ipc uts cgroup; do test -e /proc/self/ns/$n && echo $n; done
echo == limits; cat /proc/self/limits
echo == environment; env | sort; pwd; hostname; cat /proc/sys/net/ipv4/ip_unprivileged_port_start
echo == devices; ls -l /dev | awk '{print $1,$3,$4,$5,$6,$NF}' | sort; cat /proc/self/oom_score_adj
echo == mounts; cut -d' ' -f4- /proc/self/mountinfo`;

/** Mounts without what differs by machine or by call: ids, paths of layers and groups. */
function normalise(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes('cgroup'))
    .map((line) =>
      line
        .replace(',size=4k,nr_inodes=1', '')
        .replace(/ (?:master|shared):\d+/g, '')
        .replace(/^(\/\S*) \/ (.*) overlay overlay .*/, '$1 / $2 overlay'),
    )
    .toSorted()
    .join('\n');
}

/** crun refuses hybrid hosts whose version 2 tree has controllers: there it runs where that tree is not mounted. */
function programOf(name: string, { directory }: Workshop): string {
  const controllers = '/sys/fs/cgroup/unified/cgroup.controllers';
  if (name !== 'crun' || !existsSync(controllers) || readFileSync(controllers, 'utf8').trim() === '')
    return name;
  const wrapper = join(directory, 'crun');
  writeFileSync(wrapper, HIDING, { mode: 0o755 });
  return wrapper;
}

/** crun mounts masked and read-only paths with options of its own, gives /dev/null away and links /dev/core always: places only. */
function placesOnly(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes('/proc/kcore'))
    .map((line) => line.replace(/^(\/\S* \/\S*) .*/, '$1').replace(/^(crw\S+) \d+ \d+/, '$1'))
    .toSorted()
    .join('\n');
}

const HIDING = `#!/bin/sh
exec unshare --mount --propagation slave sh -c 'umount /sys/fs/cgroup/unified && exec crun "$@"' crun "$@"
`;

for (const name of ['runc', 'crun']) {
  const skip = installed(name) ? false : `${name} is not installed`;

  test(`${name} and the launcher set a container up alike`, { skip }, async (t) => {
    const look = async (runtime: string) => {
      const shop = workshop(t);
      const attach = collector();
      const container = await shop.start(['sh', '-c', LOOK], {
        runtime: runtime === 'launcher' ? runtime : programOf(runtime, shop),
        attach,
        spec: {
          user: { uid: 1000, gid: 1001, additionalGids: [5] },
          hostname: 'same',
          cwd: '/bin',
          env: ['PATH=/bin', 'A=b', 'HOME=/'],
          rlimits: [{ type: 'RLIMIT_NOFILE', soft: 100, hard: 200 }],
          security: { noNewPrivileges: true },
          mounts: [tmpfsMount('/scratch', ['size=1m'])],
          readonlyRoot: true,
          oomScoreAdj: 100,
        },
      });
      const status = await container.wait();
      assert.equal(status.code, 0, attach.errors());
      return normalise(attach.text());
    };
    const [own, theirs] = [await look('launcher'), await look(name)];
    if (name === 'crun') assert.equal(placesOnly(own), placesOnly(theirs));
    else assert.equal(own, theirs);
  });

  test(`${name}: status, log, exec and kill work as under the launcher`, { skip }, async (t) => {
    const shop = workshop(t);
    const { start, runtime, containerDirectory } = shop;
    const container = await start(
      ['sh', '-c', 'echo begun; trap "exit 6" TERM; while :; do sleep 0.05; done'],
      { runtime: programOf(name, shop) },
    );
    const streams = collector(new PassThrough().end('input\n'));
    const { process } = createSpec({
      args: ['sh', '-c', 'cat; id -u; exit 3'],
      env: ['PATH=/bin'],
      cwd: '/',
      user: { uid: 7, gid: 7 },
    });
    assert.deepEqual(await container.exec(process, streams), { code: 3 });
    assert.equal(streams.text(), 'input\n7\n');
    await container.kill('TERM');
    assert.deepEqual(await container.wait(), { code: 6 });
    assert.equal(runtime.exitStatus(containerDirectory)?.code, 6);
    const log = await entries(readLogs(containerDirectory));
    assert.equal(String(log[0]?.data), 'begun\n');
  });

  test(`${name}: a terminal and an init`, { skip }, async (t) => {
    const shop = workshop(t);
    const { start } = shop;
    const attach = collector(new PassThrough());
    const container = await start(['sh', '-c', 'tty; stty size; echo $$; exit 2'], {
      runtime: programOf(name, shop),
      openStdin: true,
      attach,
      bundle: { init: true },
      spec: { terminal: true, consoleSize: { width: 90, height: 20 } },
    });
    assert.deepEqual(await container.wait(), { code: 2 });
    assert.match(attach.text(), /^\/dev\/pts\/0\r\n20 90\r\n\d+\r\n$/);
  });

  test(`${name}: a build step leaves in its layer what it leaves under the launcher`, { skip }, async (t) => {
    const leftBy = async (runtime: string): Promise<readonly string[]> => {
      const shop = workshop(t);
      const { directory, lower, upper } = shop;
      writeFileSync(join(directory, 'file'), 'text');
      mkdirSync(join(lower, 'opt'));
      utimesSync(join(lower, 'opt'), 1000, 1000);
      const spec = createBuildSpec({
        args: [
          'sh',
          '-c',
          'cat /etc/made/file /opt/x/y/file && echo kept > /kept && echo more > /srv/a/beside',
        ],
        env: ['PATH=/bin'],
        cwd: '/work/here',
        user: { uid: 0, gid: 0 },
        mounts: [
          bindMount(join(directory, 'file'), '/etc/made/file', { readonly: true }),
          bindMount(directory, '/opt/x/y'),
          tmpfsMount('/srv/a/b'),
          bindMount(join(directory, 'file'), '/srv/a/b/inner'),
        ],
      });
      const root = { lower: [lower], upper, work: join(directory, 'work'), volatile: true };
      const output: Uint8Array[] = [];
      const status = await shop.runtime.run(
        { id: `step-${process.pid}-${shop.directory.slice(-6)}`, spec, root },
        { onOutput: (_, data) => output.push(data), runtime },
      );
      assert.equal(status.code, 0, String(Buffer.concat(output)));
      assert.equal(String(Buffer.concat(output)), 'texttext');
      assert.equal(statSync(join(upper, 'opt')).mtimeMs, 1_000_000);
      return (readdirSync(upper, { recursive: true }) as string[]).toSorted();
    };
    const own = await leftBy('launcher');
    assert.deepEqual(own, [
      'dev',
      'kept',
      'opt',
      'proc',
      'srv',
      'srv/a',
      'srv/a/beside',
      'sys',
      'work',
      'work/here',
    ]);
    const shop = workshop(t);
    assert.deepEqual(await leftBy(programOf(name, shop)), own);
  });

  test(`${name}: a missing command has the same code`, { skip }, async (t) => {
    const shop = workshop(t);
    await assert.rejects(shop.start(['nosuch'], { runtime: programOf(name, shop) }), {
      code: 'COMMAND_NOT_FOUND',
    });
  });
}

test('an unknown runtime is named', async (t) => {
  const { start } = workshop(t);
  await assert.rejects(start(['true'], { runtime: 'nosuch-runtime' }), {
    code: 'RUNTIME_NOT_FOUND',
    message: "There is no runtime 'nosuch-runtime' on this machine",
  });
});
