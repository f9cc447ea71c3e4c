// Builds that give the same image on another day and in another folder, and the proof of it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type BuildRequest, type Verification, verifyBuild } from '../../../src/build/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, openWorkbench, type Workbench } from '../solve/workbench.ts';

const everything = `${busybox}WORKDIR /made/by/workdir
COPY --chown=1:2 tree /tree
COPY <<text /inline/file
words
text
RUN mkdir -p /a/b && echo data >/a/b/c && ln /a/b/c /a/hard && ln -s c /a/b/soft && chmod 4755 /a/b/c
RUN rm /tree/one
`;

const tree = { 'tree/one': '1', 'tree/two': '2', 'tree/deep/three': '3' };

async function digestOf(bench: Workbench, request: Partial<BuildRequest>): Promise<string> {
  const { image, error } = await bench.build({ noCache: true, ...request });
  assert.equal(error, undefined);
  return image?.manifestDigest ?? '';
}

async function verify(bench: Workbench, request: Partial<BuildRequest> = {}): Promise<Verification> {
  const { verification } = await verifyBuild(
    {
      context: bench.context,
      tags: [],
      buildArgs: {},
      labels: {},
      noCache: false,
      explain: false,
      ...request,
    },
    bench.services,
    { onEvent: () => undefined, signal: new AbortController().signal },
  );
  assert.deepEqual(bench.leftovers(), []);
  return verification;
}

describe('a reproducible build', { skip: cannotRunContainers }, () => {
  it('gives the same image in another folder, later, from newer files', async () => {
    await using bench = await openWorkbench();
    bench.write({ Dockerfile: everything, ...tree });
    const elsewhere = join(bench.context, '../elsewhere/deeper');
    const first = await digestOf(bench, { reproducible: true });
    mkdirSync(join(elsewhere, '..'));
    cpSync(bench.context, elsewhere, { recursive: true });
    utimesSync(join(elsewhere, 'tree/two'), 1, 1);
    await setTimeout(1100);
    assert.equal(await digestOf(bench, { reproducible: true, context: elsewhere }), first);
    assert.notEqual(await digestOf(bench, { context: elsewhere }), first);
  });

  it('has no time of this machine: all are 1980, or that of the last commit', async () => {
    await using bench = await openWorkbench();
    bench.write({ Dockerfile: everything, ...tree });
    const timesOf = async () => {
      const { image } = await bench.build({ reproducible: true });
      assert.ok(image?.image);
      const { created, history } = image.image.config;
      return [...new Set([created, ...(history ?? []).map((entry) => entry.created)])];
    };
    assert.deepEqual(await timesOf(), ['1980-01-01T00:00:00Z']);
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-C', bench.context, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        env: { ...process.env, GIT_COMMITTER_DATE: '2020-02-03T04:05:06Z' },
      });
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'x');
    assert.deepEqual(await timesOf(), ['2020-02-03T04:05:06Z']);
  });

  it('runs nothing that the configuration of the repository names', async () => {
    await using bench = await openWorkbench();
    const trap = join(bench.context, '../sprung');
    execFileSync('git', ['init', '-q', bench.context]);
    for (const key of ['core.fsmonitor', 'core.sshCommand', 'gpg.program', 'core.pager', 'core.hooksPath'])
      execFileSync('git', ['-C', bench.context, 'config', key, `touch ${trap}`]);
    execFileSync('git', ['-C', bench.context, 'config', 'log.showSignature', 'true']);
    bench.write({ Dockerfile: 'FROM scratch\nCOPY a /\n', a: '' });
    await digestOf(bench, { reproducible: true });
    assert.throws(() => execFileSync('ls', [trap], { stdio: 'ignore' }));
  });

  it('gives SOURCE_DATE_EPOCH to stages that declare it', async () => {
    await using bench = await openWorkbench();
    bench.write({ Dockerfile: `${busybox}ARG SOURCE_DATE_EPOCH\nRUN echo $SOURCE_DATE_EPOCH\n` });
    assert.match((await bench.build({ reproducible: true })).log, /^315532800$/m);
  });
});

describe('verifying a build', { skip: cannotRunContainers }, () => {
  it('finds that a build depends on nothing but its inputs', async () => {
    await using bench = await openWorkbench();
    bench.write({ Dockerfile: everything, ...tree });
    const { digests, difference } = await verify(bench, { tags: ['kept'] });
    assert.equal(difference, undefined);
    assert.equal(digests[0], digests[1]);
    assert.equal(bench.store.images.find('kept')?.manifestDigest, digests[0]);
  });

  for (const [what, command, path, found] of [
    ['its content', 'cat /proc/sys/kernel/random/uuid >/b', '/b', 'content'],
    ['a name', 'touch /$(cat /proc/sys/kernel/random/uuid)', undefined, /only in the (first|second) build/],
    [
      'its size',
      'echo $(date +%s) $(head -c $(($(date +%s) % 7)) /dev/zero | tr "\\\\0" x) >/c',
      '/c',
      /size|content/,
    ],
    ['its mode', 'touch /d; chmod 60$(($(date +%s) % 8)) /d', '/d', /^mode 60\d, then 60\d$/],
  ] as const)
    it(`names the layer and the file that differ: ${what}`, async () => {
      await using bench = await openWorkbench();
      bench.write({ Dockerfile: `${busybox}RUN true\nRUN ${command}\n` });
      const { difference } = await verify(bench);
      assert.equal(bench.store.images.list().length, 1);
      assert.equal(difference?.layer, 3);
      assert.match(difference?.instruction ?? '', /RUN/);
      if (path !== undefined) assert.equal(difference?.path, path);
      assert.match(difference?.what ?? '', new RegExp(found));
    });
});
