// `caisson push` and `build --push` as their users see them, with caches in a registry.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Index } from '../../../src/oci/index.ts';
import { cannotRunDockerRegistry, dockerRegistry } from '../../support/docker-registry.ts';
import { cannotRunContainers, testRoot } from '../../support/index.ts';
import { lookAt } from './samples.ts';

function context(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync('/var/tmp/caisson-push-context-');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const files = { Dockerfile: 'FROM scratch\nCOPY a /a\nCOPY b /b\n', a: 'one', b: 'two' };

describe('caisson push', { skip: cannotRunDockerRegistry || cannotRunContainers }, () => {
  it("prints Docker's lines", async (t) => {
    await using registry = await dockerRegistry();
    await using here = await testRoot();
    const name = `${registry.domain}/team/app`;
    await here.ok(['build', '-q', '-t', name, context(t, files)]);
    const first = await here.ok(['push', name]);
    const { digest } = await lookAt(registry.url, 'team/app').manifest('latest');
    const lines = first.trimEnd().split('\n');
    assert.equal(lines[0], `The push refers to repository [${name}]`);
    assert.deepEqual(
      lines.slice(1, 3).map((line) => line.replace(/^[0-9a-f]{12}/, 'ID')),
      ['ID: Pushed', 'ID: Pushed'],
    );
    assert.match(lines[3] ?? '', new RegExp(`^latest: digest: ${digest} size: \\d+$`));
    const second = await here.ok(['push', name]);
    assert.equal(second.match(/: Layer already exists$/gm)?.length, 2);
    assert.equal(await here.ok(['push', '-q', name]), `${name}:latest\n`);
  });

  it('pushes all tags of a repository, and says what cannot be pushed', async (t) => {
    await using registry = await dockerRegistry();
    await using here = await testRoot();
    const name = `${registry.domain}/app`;
    await here.ok(['build', '-q', '-t', `${name}:1`, '-t', `${name}:2`, context(t, files)]);
    const said = await here.ok(['push', '-a', name]);
    assert.deepEqual(said.match(/^\w+(?=: digest: )/gm), ['1', '2']);
    for (const [args, words] of [
      [['-a', `${name}:1`], "tag can't be used with --all-tags/-a"],
      [[`${name}:3`], `tag does not exist: ${name}:3`],
      [
        [`${registry.domain}/other`],
        `An image does not exist locally with the tag: ${registry.domain}/other`,
      ],
      [['--compression', 'estargz', `${name}:1`], 'A push cannot make eStargz of layers'],
    ] as const) {
      const { code, stderr } = await here.caisson(['push', ...args]);
      assert.ok(code !== 0 && stderr.includes(words), stderr);
    }
  });

  it('builds and pushes several platforms with attestations; the metadata has the digest', async (t) => {
    await using registry = await dockerRegistry();
    await using here = await testRoot();
    const folder = context(t, files);
    const metadata = join(folder, 'metadata.json');
    const name = `${registry.domain}/app:all`;
    const platforms = ['--platform', 'linux/amd64,linux/arm64', '--provenance=true'];
    const written = ['--metadata-file', metadata, '--annotation', 'index:com.example=yes'];
    await here.ok(['build', '--push', '-q', '-t', name, ...platforms, ...written, folder]);
    const { digest, json } = await lookAt(registry.url, 'app').manifest<Index>('all');
    assert.equal(JSON.parse(readFileSync(metadata, 'utf8'))['containerimage.digest'], digest);
    assert.equal(json.manifests.length, 4);
    assert.deepEqual(json.annotations, { 'com.example': 'yes' });
    assert.match(await here.ok(['push', name]), new RegExp(`all: digest: ${digest} `));
  });

  it('pushes by digest without a tag', async (t) => {
    await using registry = await dockerRegistry();
    await using here = await testRoot();
    const folder = context(t, files);
    const metadata = join(folder, 'metadata.json');
    const output = `type=image,name=${registry.domain}/app,push=true,push-by-digest=true,compression=zstd,force-compression=true`;
    await here.ok(['build', '-q', '--output', output, '--metadata-file', metadata, folder]);
    const digest = JSON.parse(readFileSync(metadata, 'utf8'))['containerimage.digest'];
    const look = lookAt(registry.url, 'app');
    const { json } = await look.manifest(digest);
    assert.ok(json.layers.every(({ mediaType }) => mediaType.endsWith('+zstd')));
    await assert.rejects(look.manifest('latest'), /404/);
  });

  for (const [kind, to, from] of [
    [
      'a cache',
      (ref: string) => `type=registry,ref=${ref},mode=max`,
      (ref: string) => `type=registry,ref=${ref}`,
    ],
    ['an inline cache', () => 'type=inline', (ref: string) => ref],
  ] as const)
    it(`takes all steps from ${kind} in a registry`, async (t) => {
      await using registry = await dockerRegistry();
      const folder = context(t, {
        ...files,
        Dockerfile: 'FROM scratch AS one\nCOPY a /a\nFROM scratch\nCOPY --from=one /a /x\nCOPY b /b\n',
      });
      const ref = `${registry.domain}/app:cache`;
      {
        await using one = await testRoot();
        const push = kind === 'a cache' ? [] : ['--push', '-t', ref];
        await one.ok(['build', '-q', '--cache-to', to(ref), ...push, folder]);
      }
      await using two = await testRoot();
      const { code, stderr } = await two.caisson([
        'build',
        '--progress',
        'plain',
        '--cache-from',
        from(ref),
        folder,
      ]);
      assert.equal(code, 0, stderr);
      const steps = stderr.match(/^#\d+ \[.*\] COPY/gm) ?? [];
      assert.ok(steps.length > 0, stderr);
      assert.equal(stderr.match(/^#\d+ CACHED$/gm)?.length, steps.length, stderr);
    });
});
