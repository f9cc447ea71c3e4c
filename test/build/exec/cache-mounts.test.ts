// Cache mounts in real builds: kept from build to build, shared or not, with owners and first contents.

import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CaissonError } from '../../../src/core/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, type Outcome, openWorkbench, type Workbench } from '../solve/workbench.ts';

describe('RUN --mount=type=cache', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
  });
  after(() => bench[Symbol.asyncDispose]());

  const build = async (dockerfile: string, request = {}): Promise<Outcome> => {
    bench.write({ Dockerfile: dockerfile });
    const outcome = await bench.build(request);
    assert.equal(outcome.error, undefined, String(outcome.error));
    assert.deepEqual(bench.leftovers(), []);
    return outcome;
  };
  const records = (id: string) => bench.store.cacheMounts.list().filter((record) => record.id === `/${id}`);

  it('keeps what steps write for later builds, and keeps it out of layers', async () => {
    const dockerfile = (note: string) =>
      `${busybox}RUN --mount=type=cache,target=/kept echo ${note} >> /kept/f; cat /kept/f\n`;
    assert.equal((await build(dockerfile('one'))).log, 'one\n');
    const { log, image } = await build(dockerfile('two'));
    assert.equal(log, 'one\ntwo\n');
    assert.ok(image);
    assert.ok(!bench.store.layers.view(image.image.layers).list('/').includes('kept'));
    assert.equal(records('kept').length, 1);
  });

  it('does not count what is in a cache, or its id, for the key of the step', async () => {
    const dockerfile = (id: string) => `${busybox}RUN --mount=type=cache,id=${id},target=/c touch /c/f\n`;
    await build(dockerfile('k1'));
    const { steps } = await build(dockerfile('k2'));
    assert.equal(steps['RUN --mount=type=cache,id=k2,target=/c touch /c/f'], 'cached');
  });

  it('finds caches by id whatever the target, and tells namespaces apart', async () => {
    await build(`${busybox}RUN --mount=type=cache,id=named,target=/a echo here > /a/f\n`);
    const same = await build(`${busybox}RUN --mount=type=cache,id=named,target=/b cat /b/f\n`);
    assert.equal(same.log, 'here\n');
    const other = await build(`${busybox}RUN --mount=type=cache,id=named,target=/b ls /b; echo none\n`, {
      buildArgs: { BUILDKIT_CACHE_MOUNT_NS: 'other' },
    });
    assert.equal(other.log, 'none\n');
  });

  it('gives a new folder the mode and owner asked for; other numbers are another cache', async () => {
    const { log } = await build(`${busybox}RUN --mount=type=cache,id=o,target=/a,mode=0700,uid=3,gid=4 \\
  --mount=type=cache,id=o,target=/b --mount=type=cache,id=o,target=/c,uid=9 stat -c '%a %u %g' /a /b /c\n`);
    assert.equal(log, '700 3 4\n755 0 0\n755 9 0\n');
    assert.equal(records('o').length, 3);
  });

  it('begins with the files of from=, owners kept, once', async () => {
    const dockerfile = (command: string) => `${busybox}FROM base AS seed
RUN mkdir -p -m 711 /seed/d; echo first > /seed/d/f; ln -s d/f /seed/l; chown 5:6 /seed/d /seed/d/f
FROM base
RUN --mount=type=cache,id=seeded,target=/c,from=seed,source=/seed ${command}\n`;
    const first = await build(dockerfile("stat -c '%a %u %g' /c/d /c/d/f; cat /c/l; echo more >> /c/d/f"));
    assert.equal(first.log, '711 5 6\n644 5 6\nfirst\n');
    const second = await build(dockerfile('cat /c/d/f'));
    assert.equal(second.log, 'first\nmore\n');
  });

  it('is read-only with ro', async () => {
    const { log } = await build(`${busybox}RUN --mount=type=cache,target=/r,ro touch /r/f 2>&1; true\n`);
    assert.equal(log, 'touch: /r/f: Read-only file system\n');
  });

  const parallel = (sharing: string) => `${busybox}FROM base AS one
RUN --mount=type=cache,id=${sharing},target=/c,sharing=${sharing} touch /c/a; sleep 0.6; ls /c; sleep 0.3; rm /c/a; : ${sharing}
FROM base AS two
RUN --mount=type=cache,id=${sharing},target=/c,sharing=${sharing} touch /c/b; sleep 0.6; ls /c; sleep 0.3; rm /c/b; : ${sharing}
FROM base
COPY --from=one /bin/busybox /1
COPY --from=two /bin/busybox /2\n`;

  it('sharing=shared: steps that run at once see each other', async () => {
    assert.equal((await build(parallel('shared'))).log, 'a\nb\na\nb\n');
    assert.equal(records('shared').length, 1);
  });

  it('sharing=private: each has its own', async () => {
    assert.deepEqual((await build(parallel('private'))).log.split('\n').sort(), ['', 'a', 'b']);
    assert.equal(records('private').length, 2);
  });

  it('sharing=locked: one after the other, and the one that waits says so', async () => {
    const lines = (await build(parallel('locked'))).log.trim().split('\n').sort();
    assert.deepEqual(lines, ['Waiting for the cache mount "locked", which another step uses', 'a', 'b']);
    assert.equal(records('locked').length, 1);
  });

  it('never waits for each other when two steps lock the same caches in another order', async () => {
    const both = (first: string, second: string) =>
      `RUN --mount=type=cache,id=${first},target=/${first},sharing=locked --mount=type=cache,id=${second},target=/${second},sharing=locked sleep 0.2`;
    await build(`${busybox}FROM base AS one\n${both('x', 'y')}\nFROM base AS two\n${both('y', 'x')}
FROM base\nCOPY --from=one /bin/busybox /1\nCOPY --from=two /bin/busybox /2\n`);
  });

  it('mounts one cache at two places of a step, whatever the sharing', async () => {
    const { log } = await build(
      `${busybox}RUN --mount=type=cache,id=twice,target=/a,sharing=locked --mount=type=cache,id=twice,target=/b,sharing=locked touch /a/f; ls /b\n`,
    );
    assert.equal(log, 'f\n');
  });

  it('follows no link that an earlier step left in a cache', async () => {
    await build(`${busybox}RUN --mount=type=cache,id=evil,target=/c mkdir /c/real; touch /c/real/f\n`);
    const inside = await build(`${busybox}RUN --mount=type=cache,id=evil,source=real,target=/c ls /c\n`);
    assert.equal(inside.log, 'f\n');
    const [record] = records('evil');
    assert.ok(record);
    symlinkSync('/etc', join(bench.root, 'cachemounts', record.name, 'fs', 'link'));
    bench.write({
      Dockerfile: `${busybox}RUN --mount=type=cache,id=evil,source=link,target=/c ls /c; echo reached\n`,
    });
    const { error, log } = await bench.build();
    assert.ok(error instanceof CaissonError);
    assert.equal(error.code, 'SOURCE_NOT_FOUND');
    assert.doesNotMatch(log, /reached|passwd/);
  });

  it('is pruned when nobody uses it, and measured before', async () => {
    const before = bench.store.cacheMounts.measure();
    assert.ok(before.length > 5 && before.every(({ active, bytes }) => !active && bytes > 0));
    const { count } = await bench.store.cacheMounts.prune();
    assert.equal(count, before.length);
    assert.deepEqual(bench.store.cacheMounts.list(), []);
  });
});
