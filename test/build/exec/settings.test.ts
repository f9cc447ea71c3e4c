// What a build asks of all its processes: hosts, limits, permissions, devices, and which stages run again.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { CaissonError } from '../../../src/core/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, type Outcome, openWorkbench, type Workbench } from '../solve/workbench.ts';

describe('the settings of a build', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
  });
  after(async () => {
    const groups = '/sys/fs/cgroup/caisson-test-parent /sys/fs/cgroup/*/caisson-test-parent';
    execFileSync('sh', ['-c', `for one in ${groups}; do rmdir $one; done 2>&-; true`]);
    await bench[Symbol.asyncDispose]();
  });

  const build = async (
    dockerfile: string,
    request: Parameters<Workbench['build']>[0] = {},
  ): Promise<Outcome> => {
    bench.write({ Dockerfile: dockerfile });
    const outcome = await bench.build(request);
    assert.deepEqual(bench.leftovers(), []);
    return outcome;
  };
  const succeeds = async (...given: Parameters<typeof build>): Promise<Outcome> => {
    const outcome = await build(...given);
    assert.equal(outcome.error, undefined, String(outcome.error));
    return outcome;
  };

  it('puts hosts into /etc/hosts; their addresses do not count for the cache, their names do', async () => {
    const dockerfile = `${busybox}RUN cat /etc/hosts; hostname\n`;
    const hosts = (...extraHosts: readonly string[]) => ({
      execSettings: { extraHosts },
      buildArgs: { BUILDKIT_SANDBOX_HOSTNAME: 'box' },
    });
    const { log } = await succeeds(dockerfile, hosts('a.example:1.2.3.4', 'b:5.6.7.8'));
    assert.equal(
      log,
      '127.0.0.1\tlocalhost box\n::1\tlocalhost ip6-localhost ip6-loopback\n1.2.3.4\ta.example\n5.6.7.8\tb\nbox\n',
    );
    const step = 'RUN cat /etc/hosts; hostname';
    assert.equal((await succeeds(dockerfile, hosts('a.example:9.9.9.9', 'b:5.6.7.8'))).steps[step], 'cached');
    assert.equal((await succeeds(dockerfile, hosts('c:5.6.7.8'))).steps[step], 'done');
  });

  it('sets the size of /dev/shm, limits of processes, and the control group above them', async () => {
    const execSettings = {
      shmSize: 5 << 20,
      ulimits: ['nofile=100:200', 'core=0'],
      cgroupParent: 'caisson-test-parent',
    };
    const { log } = await succeeds(
      `${busybox}RUN grep -c ' /dev/shm tmpfs rw,nosuid,relatime,size=5120k' /proc/mounts; ulimit -n; ulimit -Hn; ulimit -c; grep -c :/caisson-test-parent/buildkit/ /proc/self/cgroup\n`,
      { execSettings },
    );
    assert.match(log, /^1\n100\n200\n0\n[1-9]\d*\n$/);
    // What was there stays, and nothing below it.
    assert.deepEqual(globSync('/sys/fs/cgroup/{*/,}caisson-test-parent/*/'), []);
  });

  it('limits memory and processor time of every process, which does not count for the cache', async () => {
    const dockerfile = `${busybox}RUN x=$(head -c 60m /dev/zero | tr '\\0' a); echo \${#x}\n`;
    const { error } = await build(dockerfile, { resources: { memory: { limit: 16 << 20, swap: 16 << 20 } } });
    assert.ok(error instanceof CaissonError);
    assert.equal(error.hint, 'The step ran out of memory: the kernel killed it.');
    assert.equal((await succeeds(dockerfile)).log, '62914560\n');
  });

  it('demands --allow for the network of the host and for steps without a sandbox, in the words of BuildKit', async () => {
    for (const [flag, entitlement] of [
      ['--network=host', 'network.host'],
      ['--security=insecure', 'security.insecure'],
      ['--device=vendor.com/class=name', 'device'],
    ]) {
      const { error } = await build(`${busybox}RUN ${flag} true\n`);
      assert.ok(error instanceof CaissonError);
      assert.equal(error.message, `${entitlement} is not allowed`);
      assert.equal(error.location?.line, 4);
      assert.match(error.hint ?? '', new RegExp(`--allow ${entitlement}`));
    }
    assert.match(String((await build(busybox, { allow: ['all'] })).error), /unknown entitlement all/);
  });

  it('gives what is allowed: the network of the host, all capabilities, no network', async () => {
    const { log } = await succeeds(
      `${busybox}RUN --network=host readlink /proc/self/ns/net
RUN --security=insecure grep CapEff /proc/self/status; mkdir /m && mount -t tmpfs none /m && echo mounted
RUN --network=none ls /sys/class/net\n`,
      { allow: ['network.host', 'security.insecure'] },
    );
    assert.ok(log.startsWith(`${readlinkSync('/proc/self/ns/net')}\n`), log);
    assert.match(log, /CapEff:\s+0*[1-9a-f]\w+\nmounted\nlo\n$/);
  });

  it('runs the steps of named stages again, those on top of them, and copies that changed', async () => {
    const dockerfile = `${busybox}FROM base AS a
RUN echo one > /f
FROM a AS b
RUN echo two > /g
FROM base AS c
COPY --from=a /f /f
COPY --from=b /g /g
RUN echo three\n`;
    await succeeds(dockerfile);
    const { steps } = await succeeds(dockerfile, { noCacheFilter: ['A'] });
    assert.deepEqual(
      [
        steps['RUN echo one > /f'],
        steps['RUN echo two > /g'],
        steps['COPY --from=a /f /f'],
        steps['RUN echo three'],
      ],
      ['done', 'done', 'cached', 'cached'],
    );
  });

  describe('devices', () => {
    const spec = '/var/run/cdi/caisson-test.json';
    const made = !existsSync('/var/run/cdi');
    before(() => {
      mkdirSync('/var/run/cdi', { recursive: true });
      const edits = { env: ['DEVICE=here'], deviceNodes: [{ path: '/dev/fake', hostPath: '/dev/null' }] };
      const device = { name: 'one', containerEdits: edits };
      writeFileSync(
        spec,
        JSON.stringify({ cdiVersion: '0.6.0', kind: 'caisson.test/null', devices: [device] }),
      );
    });
    after(() => rmSync(made ? '/var/run/cdi' : spec, { recursive: true }));

    it('are given with what their specification says', async () => {
      const { log } = await succeeds(
        `${busybox}RUN --device=caisson.test/null=one,required echo x > /dev/fake; stat -c '%F %t,%T' /dev/fake; echo $DEVICE\n`,
        { allow: ['device'] },
      );
      assert.equal(log, 'character special file 1,3\nhere\n');
    });

    it('are refused where they are required and not there', async () => {
      const { error } = await build(`${busybox}RUN --device=caisson.test/null=two,required true\n`, {
        allow: ['device'],
      });
      assert.match(String(error), /required device "caisson.test\/null=two" is not registered/);
      const { log } = await succeeds(
        `${busybox}RUN --device=caisson.test/null=two ls /dev/fake 2>&1; true\n`,
        {
          allow: ['device=caisson.test/null=two'],
        },
      );
      assert.match(log, /No such file/);
    });
  });
});
