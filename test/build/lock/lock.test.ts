// Lock files: what is pinned, what a build takes then, and what it refuses.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type BuildRequest, type LockedSource, lockSources } from '../../../src/build/index.ts';
import { CaissonError } from '../../../src/core/index.ts';
import { hostPlatform } from '../../../src/oci/index.ts';
import { serveGit } from '../../support/git-server.ts';
import { serveHttp } from '../../support/http-server.ts';
import { openWorkbench, type Workbench } from '../solve/workbench.ts';

const platform = `linux/${hostPlatform().architecture}`;

function lock(bench: Workbench, update = false): Promise<readonly LockedSource[]> {
  const request: BuildRequest = {
    context: bench.context,
    tags: [],
    buildArgs: {},
    labels: {},
    noCache: false,
    explain: false,
  };
  const { signal } = new AbortController();
  return lockSources(request, bench.services, { update, signal, onEvent: () => undefined });
}

const lockFile = (bench: Workbench): string => join(bench.context, 'Dockerfile.lock');

async function makeBase(bench: Workbench, text: string): Promise<string> {
  bench.write({ Dockerfile: 'FROM scratch\nCOPY text /text\n', text });
  const { image } = await bench.build({ tags: ['base'] });
  return image?.manifestDigest ?? '';
}

function codeOf(error: unknown): string {
  return error instanceof CaissonError ? error.code : String(error);
}

describe('a lock file', () => {
  it('pins the images, files and repositories of all stages, as sorted JSON', async () => {
    await using bench = await openWorkbench();
    await using git = await serveGit();
    await using http = await serveHttp({ '*': (_, response) => response.end('file') });
    const commit = git.repository('tools').commit({ a: '1' });
    const digest = await makeBase(bench, 'one');
    bench.write({
      Dockerfile: `FROM base AS unused
ADD ${http.url}/file /
FROM scratch
ADD ${git.url}/tools.git /tools
`,
    });
    const locked = await lock(bench);
    assert.equal(locked.length, 3);
    const text = readFileSync(lockFile(bench), 'utf8');
    assert.deepEqual(JSON.parse(text), {
      version: 1,
      images: { 'docker.io/library/base:latest': { [platform]: digest } },
      http: {
        [`${http.url}/file`]: 'sha256:3b9c358f36f0a31b6ad3e14f309c7cf198ac9246e8316f9ce543d5b19ac02b80',
      },
      git: { [`${git.url}/tools.git`]: commit },
    });
    await lock(bench);
    assert.equal(readFileSync(lockFile(bench), 'utf8'), text);
  });

  it('holds a build to what was locked although names moved on, until it is updated', async () => {
    await using bench = await openWorkbench();
    await using git = await serveGit();
    const tools = git.repository('tools');
    const first = tools.commit({ a: 'old' });
    const base = await makeBase(bench, 'one');
    bench.write({ Dockerfile: `FROM base\nADD ${git.url}/tools.git#main /tools\n` });
    tools.git('branch', '-M', 'main');
    await lock(bench);
    const newer = await makeBase(bench, 'two');
    const second = tools.commit({ a: 'new' });
    bench.write({ Dockerfile: `FROM base\nADD ${git.url}/tools.git#main /tools\n` });
    const contents = async () => {
      const { image, error } = await bench.build();
      assert.equal(error, undefined);
      assert.ok(image?.image);
      const view = bench.store.layers.view(image.image.layers);
      return [view.read('/text')?.toString(), view.read('/tools/a')?.toString()];
    };
    assert.deepEqual(await contents(), ['one', 'old']);
    const updated = await lock(bench, true);
    assert.deepEqual(
      updated.map(({ pin, before }) => [pin, before]),
      [
        [newer, base],
        [second, first],
      ],
    );
    assert.deepEqual(await contents(), ['two', 'new']);
  });

  it('lets a build run with every server gone', async () => {
    await using bench = await openWorkbench();
    const git = await serveGit();
    const http = await serveHttp({ '*': (_, response) => response.end('file') });
    git.repository('tools').commit({ a: '1' });
    const Dockerfile = `FROM scratch\nADD ${http.url}/file /\nADD ${git.url}/tools.git /tools\n`;
    bench.write({ Dockerfile });
    await lock(bench);
    assert.equal((await bench.build({ noCache: true })).error, undefined);
    await Promise.all([git[Symbol.asyncDispose](), http[Symbol.asyncDispose]()]);
    assert.equal((await bench.build({ noCache: true })).error, undefined);
  });

  it('refuses content that is not what was locked', async () => {
    await using bench = await openWorkbench();
    let body = 'one';
    await using http = await serveHttp({ '*': (_, response) => response.end(body) });
    bench.write({ Dockerfile: `FROM scratch\nADD ${http.url}/file /\n` });
    await lock(bench);
    body = 'two';
    await using elsewhere = await openWorkbench();
    elsewhere.write({
      Dockerfile: `FROM scratch\nADD ${http.url}/file /\n`,
      'Dockerfile.lock': readFileSync(lockFile(bench), 'utf8'),
    });
    assert.equal(codeOf((await elsewhere.build()).error), 'CHECKSUM_MISMATCH');
  });

  it('makes a build fail that names what is not in it, at its place', async () => {
    await using bench = await openWorkbench();
    await makeBase(bench, 'one');
    bench.write({ Dockerfile: 'FROM scratch\nCOPY text /\n' });
    await lock(bench);
    bench.write({ Dockerfile: 'FROM scratch\nADD http://127.0.0.1:1/file /\n' });
    const { error } = await bench.build();
    assert.equal(codeOf(error), 'LOCK_INCOMPLETE');
    assert.equal((error as CaissonError).location?.line, 2);
    bench.write({ Dockerfile: 'FROM base\n' });
    assert.match(
      String((await bench.build()).error),
      /"docker.io\/library\/base:latest" for linux\/\w+ is not in the lock file/,
    );
  });

  it('makes a build fail whose locked image is gone', async () => {
    await using bench = await openWorkbench();
    const digest = await makeBase(bench, 'one');
    bench.write({ Dockerfile: 'FROM base\nCOPY text /again\n' });
    await lock(bench);
    bench.store.images.remove(digest, { force: true });
    await makeBase(bench, 'two');
    bench.write({ Dockerfile: 'FROM base\nCOPY text /again\n' });
    assert.match(String((await bench.build()).error), new RegExp(`is locked to ${digest}`));
  });

  for (const [what, text] of [
    ['no JSON', '{'],
    ['another version', '{"version":2}'],
    ['a pin that is no digest', '{"version":1,"http":{"http://x/":"../../etc"}}'],
    ['a commit that is an option', '{"version":1,"git":{"http://x/":"--upload-pack=touch"}}'],
    ['an image that is no map', '{"version":1,"images":{"a":"sha256:0"}}'],
    ['a list', '[]'],
  ] as const)
    it(`is refused when it is ${what}`, async () => {
      await using bench = await openWorkbench();
      bench.write({ Dockerfile: 'FROM scratch\nCOPY text /\n', text: '', 'Dockerfile.lock': text });
      assert.equal(codeOf((await bench.build()).error), 'LOCK_INVALID');
    });

  it('is not written when something cannot be resolved', async () => {
    await using bench = await openWorkbench();
    writeFileSync(join(bench.context, 'Dockerfile'), 'FROM missing\n');
    await assert.rejects(lock(bench));
    assert.equal(existsSync(lockFile(bench)), false);
  });
});
