// RUN --mount in real builds: what processes see, what layers keep, what the cache tells apart.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CaissonError } from '../../../src/core/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, type Outcome, openWorkbench, type Workbench } from '../solve/workbench.ts';

describe('RUN --mount', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
  });
  after(() => bench[Symbol.asyncDispose]());

  const build = async (
    dockerfile: string,
    request: Parameters<Workbench['build']>[0] = {},
    files: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> => {
    bench.write({ Dockerfile: dockerfile, ...files });
    const outcome = await bench.build(request);
    assert.deepEqual(bench.leftovers(), []);
    return outcome;
  };
  const succeeds = async (...given: Parameters<typeof build>): Promise<Outcome> => {
    const outcome = await build(...given);
    assert.equal(outcome.error, undefined, String(outcome.error));
    return outcome;
  };
  const fails = async (...given: Parameters<typeof build>): Promise<CaissonError> => {
    const { error } = await build(...given);
    assert.ok(error instanceof CaissonError, String(error));
    return error;
  };

  describe('type=bind', () => {
    const files = { 'src/a': 'alpha\n', 'src/b': 'beta\n', other: 'other\n', '.dockerignore': 'src/b\n' };

    it('shows files of the context that are not ignored, as root owns them, read-only', async () => {
      const { log } = await succeeds(
        `${busybox}RUN --mount=type=bind,source=src,target=/in --mount=source=other,target=/one \\
  ls /in; cat /in/a /one; stat -c '%u:%g' /in/a; touch /in/new 2>&1; echo x 2>&1 >/one; true\n`,
        {},
        files,
      );
      assert.equal(
        log,
        "a\nalpha\nother\n0:0\ntouch: /in/new: Read-only file system\n/bin/sh: can't create /one: Read-only file system\n",
      );
    });

    it('discards what is written with rw, in the layer, the context and the next step', async () => {
      const { log, image } = await succeeds(
        `${busybox}RUN --mount=type=bind,source=src,target=/in,rw echo new > /in/new; echo more >> /in/a; cat /in/a /in/new
RUN --mount=type=bind,source=src,target=/in,readwrite cat /in/a; ls /in\n`,
        {},
        files,
      );
      assert.equal(log, 'alpha\nmore\nnew\nalpha\na\n');
      assert.ok(image);
      assert.deepEqual(bench.store.layers.view(image.image.layers).list('/'), ['bin', 'dev', 'proc', 'sys']);
    });

    it('runs again when a file below source changes, and only then', async () => {
      const dockerfile = `${busybox}RUN --mount=type=bind,source=src,target=/in cat /in/a\n`;
      const step = 'RUN --mount=type=bind,source=src,target=/in cat /in/a';
      await succeeds(dockerfile, {}, files);
      const same = await succeeds(dockerfile, {}, { ...files, other: 'changed', 'src/b': 'ignored anyway' });
      assert.equal(same.steps[step], 'cached');
      const changed = await succeeds(dockerfile, {}, { ...files, 'src/a': 'changed\n' });
      assert.equal(changed.steps[step], 'done');
      assert.equal(changed.log, 'changed\n');
      assert.deepEqual(changed.misses[step], ['the files or options of the mount /in changed']);
    });

    it('shows stages and images with links followed inside of them, relative targets in the working directory', async () => {
      const { log } = await succeeds(`${busybox}FROM base AS made
RUN mkdir -p /data/d /etc; echo deep > /data/d/f; chown 5:6 /data/d/f; ln -s /data/d /data/abs; ln -s ../../../../data/d /data/up; echo inside > /etc/name
RUN ln -s /etc/name /data/passwd
FROM base
WORKDIR /work
RUN --mount=from=made,source=/data/abs,target=here --mount=from=made,source=data/up/f,dst=/one --mount=from=made,source=/data/passwd,target=/two \\
  cat /work/here/f /one /two; stat -c %u:%g /one\n`);
      assert.equal(log, 'deep\ndeep\ninside\n5:6\n');
    });

    it('does not run again when a stage ran again and gave the same files below source', async () => {
      const dockerfile = (note: string) => `${busybox}FROM base AS made
RUN mkdir /out; echo same > /out/f; echo ${note} > /note
FROM base
RUN --mount=from=made,source=/out,target=/in cat /in/f\n`;
      const step = 'RUN --mount=from=made,source=/out,target=/in cat /in/f';
      assert.equal((await succeeds(dockerfile('one'))).steps[step], 'done');
      assert.equal((await succeeds(dockerfile('two'))).steps[step], 'cached');
    });

    it('takes characters of a source as they are, none as a wildcard', async () => {
      const { log } = await succeeds(
        `${busybox}RUN mkdir '/s[1]*'; echo stage > '/s[1]*/f'\nFROM base\nRUN --mount=source=d[1]*,target=/a cat /a/f\n`,
        {},
        { 'd[1]*/f': 'context\n', 'd1/f': 'wrong\n' },
      );
      assert.equal(log, 'context\n');
    });

    it('shows named contexts, a folder of this machine among them', async () => {
      const folder = mkdtempSync('/var/tmp/caisson-named-');
      mkdirSync(join(folder, 'sub'));
      writeFileSync(join(folder, 'sub/f'), 'named\n');
      const { log } = await succeeds(
        `${busybox}RUN --mount=from=other,source=sub,target=/in --mount=type=cache,id=named-context,from=other,source=sub,target=/c cat /in/f /c/f\n`,
        { namedContexts: { other: folder } },
      );
      rmSync(folder, { recursive: true });
      assert.equal(log, 'named\nnamed\n');
    });

    it('lets no link of a hostile context out of it', async () => {
      symlinkSync('/etc/hostname', join(bench.context, 'outside'));
      symlinkSync('../../../../../../../../etc', join(bench.context, 'above'));
      const error = await fails(`${busybox}RUN --mount=source=outside,target=/x cat /x\n`);
      assert.match(error.message, /"\/outside": not found/);
      const { log } = await succeeds(
        `${busybox}RUN --mount=target=/x cat /x/outside /x/above/passwd 2>&1; true\n`,
      );
      assert.equal(log.match(/No such file/g)?.length, 2);
    });

    it('says what source is missing, with its place', async () => {
      const error = await fails(`${busybox}RUN --mount=source=missing,target=/x true\n`);
      assert.equal(error.code, 'SOURCE_NOT_FOUND');
      assert.match(
        error.message,
        /^failed to compute cache key: failed to calculate checksum: "\/missing": not found$/,
      );
      assert.equal(error.location?.line, 4);
    });
  });

  describe('type=tmpfs', () => {
    it('is empty, writable for all, of the size asked for, and leaves nothing', async () => {
      const { log, image } = await succeeds(
        `${busybox}RUN --mount=type=tmpfs,target=/t,size=2m stat -c %a /t; echo x > /t/f; grep -c ' /t tmpfs rw,nosuid,relatime,size=2048k' /proc/mounts; ls /t\n`,
      );
      assert.equal(log, '1777\n1\nf\n');
      assert.ok(image);
      assert.ok(!bench.store.layers.view(image.image.layers).list('/').includes('t'));
    });

    it('mounts parents first, and of two at one place the one written last', async () => {
      const { log } = await succeeds(
        `${busybox}RUN --mount=type=tmpfs,target=/a/b --mount=type=tmpfs,target=/a --mount=type=tmpfs,target=/z,size=4k --mount=type=tmpfs,target=/z,size=8k \\
  grep -E ' /(a|z)' /proc/mounts | cut -d' ' -f2,4\n`,
      );
      assert.match(log, /^\/a \S+\n\/a\/b \S+\n\/z \S*size=8k\S*\n$/);
    });
  });

  describe('on a hostile base', () => {
    const hostile = `${busybox}RUN ln -s ../../../../../../../../var/tmp /out; ln -s ../../nowhere /dangling; ln -s /loop /loop; ln -s /proc/self/cwd /magic; ln -s /proc/self/root/var /root-link\n`;

    it('follows links at a target inside of the root only', async () => {
      const { log } = await succeeds(
        `${hostile}RUN --mount=type=tmpfs,target=/out/caisson-made --mount=type=cache,id=dangling,target=/dangling/sub --mount=source=Dockerfile,target=/out/caisson-file touch /var/tmp/caisson-made/f; ls /var/tmp /out/caisson-made /nowhere; ls -A /var/tmp | wc -l\n`,
      );
      assert.match(log, /caisson-file/);
      for (const name of ['caisson-made', 'caisson-file'])
        assert.ok(!existsSync(join('/var/tmp', name)), name);
    });

    it('refuses a target behind links that lead in circles, or through the links of the kernel', async () => {
      for (const target of ['/loop/x', '/magic/x', '/root-link/tmp/x']) {
        const error = await fails(`${hostile}RUN --mount=type=tmpfs,target=${target} true\n`);
        assert.match(error.message, /did not start/);
      }
    });

    it('refuses to mount over what the kernel tells', async () => {
      const error = await fails(`${busybox}RUN --mount=type=tmpfs,target=/proc/sys true\n`);
      assert.equal(error.message, 'invalid mount target "/proc/sys"');
    });

    it('removes no file of the step that stands where a mount point was', async () => {
      const { log } =
        await succeeds(`${busybox}RUN --mount=type=tmpfs,target=/a/b umount /a/b 2>/dev/null; mv /a /c 2>/dev/null; true
RUN --mount=type=tmpfs,target=/k/m true; mkdir -p /k; ln -s /bin /k/n
RUN ls /bin/sh /k\n`);
      assert.equal(log, '/bin/sh\n\n/k:\nn\n');
    });
  });

  it('leaves of mount points what BuildKit leaves: nothing of its own, all that the step made', async () => {
    const { log } = await succeeds(`${busybox}RUN mkdir -p /have/x && chmod 700 /have && ln -s have /link
RUN --mount=type=tmpfs,target=/p/q/r --mount=type=tmpfs,target=/have/x/y --mount=type=cache,target=/link/z --mount=target=/w/context touch /p/mine /w/also
RUN find /p /have /link /w | sort; stat -c %a /p /have\n`);
    assert.equal(log, '/have\n/have/x\n/link\n/p\n/p/mine\n/w\n/w/also\n755\n700\n');
  });

  it('keeps mounts out of the history, as BuildKit does', async () => {
    const { image } = await succeeds(`${busybox}RUN --mount=type=tmpfs,target=/t true\n`);
    assert.equal(image?.image.config.history?.at(-1)?.created_by, 'RUN /bin/sh -c true # buildkit');
  });

  it('mounts for triggers of a base, too', async () => {
    const { log } = await succeeds(
      `${busybox}ONBUILD RUN --mount=type=bind,source=src,target=/in cat /in/a\nFROM base\n`,
      {},
      { 'src/a': 'triggered\n' },
    );
    assert.equal(log, 'triggered\n');
  });

  it('expands variables in values, but for from', async () => {
    const { log } = await succeeds(
      `${busybox}ARG kind=tmpfs\nENV place=/p\nRUN --mount=type=$kind,target=\${place}/q touch /p/q/f; ls /p/q\n`,
    );
    assert.equal(log, 'f\n');
    const error = await fails(`${busybox}ARG s=base\nRUN --mount=from=$s,target=/x true\n`);
    assert.match(error.message, /'from' doesn't support variable expansion, define alias stage instead/);
  });

  describe('refuses, in the words of BuildKit', () => {
    const wrong: readonly (readonly [mount: string, message: RegExp])[] = [
      ['type=bind,targt=/x', /^unexpected key 'targt' in 'targt=\/x' \(did you mean target\?\)$/],
      ['type=bind,target', /^invalid field 'target' must be a key=value pair$/],
      ['type=bnd,target=/x', /^unsupported mount type "bnd" \(did you mean bind\?\)$/],
      ['type=cache,target=/x,sharing=lockd', /^unsupported sharing value "lockd" \(did you mean locked\?\)$/],
      ['type=bind,target=/x,size=1m', /^unexpected key 'size' for mount type 'bind'$/],
      ['type=cache,target=/x,required', /^unexpected key 'required' for mount type 'cache'$/],
      ['type=bind,target=/x,mode=0700', /^mode not allowed for "bind" type mounts$/],
      ['type=tmpfs,target=/x,uid=1', /^uid not allowed for "tmpfs" type mounts$/],
      ['type=cache,target=/x,mode=9', /^invalid value 9 for mode$/],
      ['type=cache,target=/x,uid=-1', /^invalid value -1 for uid$/],
      ['type=tmpfs,target=/x,size=big', /^invalid value for size: big$/],
      ['type=bind,target=/x,ro=yes', /^invalid value for ro: yes$/],
      ['type=bind', /^invalid mount target "\/"$/],
      ['type=bind,target=/', /^invalid mount target "\/"$/],
      ['type=secret', /^invalid secret mount. one of source, target required$/],
      ['type=secret,id=a,source=b', /^both source and id can't be set$/],
      ['type=secret,id=a,from=scratch', /^secret mount should not have a from$/],
      ['type=secret,id=a,sharing=shared', /^secret mount should not define sharing$/],
      ['type=tmpfs,target=/x,sharing=locked', /^invalid cache sharing set for tmpfs mount$/],
      ['type=ssh,source=a', /^ssh does not support source$/],
    ];
    for (const [mount, message] of wrong)
      it(mount, async () => {
        const error = await fails(`${busybox}RUN --mount=${mount} true\n`);
        assert.match(error.message, message);
        assert.equal(error.location?.line, 4);
      });
  });
});
