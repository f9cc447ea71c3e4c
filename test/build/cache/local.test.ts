// Caches in folders: written by one store, used by another that has nothing.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CacheTarget, imageForm } from '../../../src/build/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, type Outcome } from '../solve/workbench.ts';
import { fromLocal, type Machines, openMachines, toLocal, twoStages } from './caches.ts';

interface Layout {
  readonly manifests: readonly { readonly digest: string; readonly annotations?: Record<string, string> }[];
}

function readBlob(folder: string, digest: string) {
  return JSON.parse(readFileSync(join(folder, 'blobs/sha256', digest.slice(7)), 'utf8'));
}

function readIndex(folder: string): Layout {
  return JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Layout;
}

function ok(outcome: Outcome): Outcome {
  assert.equal(outcome.error, undefined, String(outcome.error));
  return outcome;
}

const warnings = ({ events }: Outcome): readonly string[] =>
  events.flatMap((event) => (event.kind === 'warning' && event.rule === undefined ? [event.message] : []));

const hits = ({ events }: Outcome): readonly string[] =>
  events.flatMap((event) => (event.kind === 'hit' ? [event.from] : []));

describe('--cache-to and --cache-from type=local', { skip: cannotRunContainers }, () => {
  let machines: Machines;
  before(async () => {
    machines = await openMachines();
    machines.write({ Dockerfile: twoStages, seed: 'world' });
  });
  after(() => machines[Symbol.asyncDispose]());

  const steps = (outcome: Outcome, wanted: string): readonly string[] =>
    Object.entries(outcome.steps).flatMap(([name, how]) =>
      how === wanted && /^(RUN|COPY|WORKDIR)/.test(name) ? [name] : [],
    );

  for (const mode of ['min', 'max'] as const)
    it(`mode=${mode}: another store runs nothing and makes the same image`, async () => {
      await using pair = await openMachines();
      pair.write({ Dockerfile: twoStages, seed: 'world' });
      const dest = pair.shared('cache');
      const first = ok(await pair.one.build({ cacheTo: [toLocal(dest, { mode })] }));
      const second = ok(await pair.two.build({ cacheFrom: [fromLocal(dest)] }));
      assert.deepEqual(steps(second, 'done'), []);
      assert.equal(second.image?.steps.ran, 0);
      assert.equal(second.image?.imageId, first.image?.imageId);
      assert.deepEqual(warnings(second), []);
      assert.deepEqual(hits(second), [`local cache "${dest}"`]);
      assert.ok(second.image && first.image);
      assert.equal(pair.two.read(second.image, '/app/shown'), 'hello world\n');
      assert.equal(pair.two.read(second.image, '/app/unique'), pair.one.read(first.image, '/app/unique'));
      // The layers of the stage `tool` are nobody's need.
      const kept = second.image.image.layers.length;
      assert.equal(readdirSync(join(pair.two.root, 'layers')).length, kept);
      // What was brought stays: the next build needs no cache.
      const third = ok(await pair.two.build());
      assert.equal(third.image?.steps.ran, 0);
    });

  it('mode=min has the layers of the image, mode=max those of all stages', async () => {
    const listed: Record<string, number> = {};
    for (const mode of ['min', 'max'] as const) {
      const dest = machines.shared(`modes-${mode}`);
      ok(await machines.one.build({ cacheTo: [toLocal(dest, { mode })] }));
      const [root] = readIndex(dest).manifests;
      assert.equal(root?.annotations?.['org.opencontainers.image.ref.name'], 'latest');
      const manifest = readBlob(dest, root?.digest ?? '');
      assert.equal(manifest.config.mediaType, 'application/vnd.caisson.cache.v1+json');
      listed[mode] = manifest.layers.length;
    }
    assert.deepEqual(listed, { min: 5, max: 7 });
  });

  it('mode=max lets another store go on from a step in the middle', async () => {
    await using pair = await openMachines();
    pair.write({ Dockerfile: twoStages, seed: 'world' });
    const dest = pair.shared('cache');
    ok(await pair.one.build({ cacheTo: [toLocal(dest, { mode: 'max' })] }));
    pair.write({ Dockerfile: twoStages.replace('/app/shown', '/app/shown2') });
    const second = ok(await pair.two.build({ cacheFrom: [fromLocal(dest)] }));
    assert.deepEqual(
      steps(second, 'done').map((name) => name.slice(0, 15)),
      ['RUN --mount=typ'],
    );
    assert.ok(second.image);
    assert.equal(pair.two.read(second.image, '/app/shown2'), 'hello world\n');
  });

  it('does not care how the layers of a base are compressed', async () => {
    await using pair = await openMachines();
    const compressed = { one: 'gzip', two: 'zstd' } as const;
    pair.one.write({ Dockerfile: `${busybox}RUN echo base > /base\n` });
    const bases = new Set<string | undefined>();
    for (const name of ['one', 'two'] as const) {
      const file = pair.shared(`base-${name}.tar`);
      const form = { ...imageForm({}), compression: { kind: compressed[name] }, forceCompression: true };
      ok(
        await pair.one.build({
          tags: ['tools:1'],
          outputs: [{ kind: 'oci', destination: file, tar: true, ...form }],
        }),
      );
      const [base] = await pair[name].store.load(file);
      bases.add(base?.manifestDigest);
    }
    assert.equal(bases.size, 2);
    pair.write({ Dockerfile: 'FROM tools:1\nRUN echo two > /two\nCOPY --from=tools:1 /base /three\n' });
    const dest = pair.shared('cache-of-bases');
    const first = ok(await pair.one.build({ cacheTo: [toLocal(dest)] }));
    assert.deepEqual(steps(first, 'done').length, 2);
    const second = ok(await pair.two.build({ cacheFrom: [fromLocal(dest)] }));
    assert.deepEqual(steps(second, 'done'), []);
    assert.equal(second.image && pair.two.read(second.image, '/three'), 'base\n');
  });

  it('misses what changed, and says why as always', async () => {
    await using pair = await openMachines();
    pair.write({ Dockerfile: twoStages, seed: 'world' });
    const dest = pair.shared('cache');
    ok(await pair.one.build({ cacheTo: [toLocal(dest, { mode: 'max' })] }));
    pair.write({ seed: 'moon' });
    const second = ok(await pair.two.build({ cacheFrom: [fromLocal(dest)] }));
    assert.equal(second.steps['COPY seed /seed'], 'done');
    assert.ok(second.image);
    assert.equal(pair.two.read(second.image, '/app/shown'), 'hello moon\n');
  });

  it('--no-cache does not even read it', async () => {
    await using pair = await openMachines();
    pair.write({ Dockerfile: twoStages, seed: 'world' });
    const dest = pair.shared('cache');
    ok(await pair.one.build({ cacheTo: [toLocal(dest)] }));
    const second = ok(await pair.two.build({ cacheFrom: [fromLocal(dest)], noCache: true }));
    assert.deepEqual(steps(second, 'cached'), []);
    assert.ok(!second.events.some((event) => 'name' in event && /importing cache/.test(event.name)));
  });

  it('passes on what it did not need itself', async () => {
    await using pair = await openMachines();
    pair.write({ Dockerfile: twoStages, seed: 'world' });
    const [first, again] = [pair.shared('first'), pair.shared('again')];
    ok(await pair.one.build({ cacheTo: [toLocal(first, { mode: 'max' })] }));
    ok(await pair.two.build({ cacheFrom: [fromLocal(first)], cacheTo: [toLocal(again, { mode: 'max' })] }));
    assert.equal(readIndex(again).manifests[0]?.digest, readIndex(first).manifests[0]?.digest);
  });

  it('may be read from the folder it is written to', async () => {
    const dest = machines.shared('both');
    const both = { cacheFrom: [fromLocal(dest)], cacheTo: [toLocal(dest, { mode: 'max' as const })] };
    const first = ok(await machines.one.build(both));
    assert.match(warnings(first).join(), /The cache ".*both" is not used: .*index.json" is missing/);
    const before = readdirSync(join(dest, 'blobs/sha256')).sort();
    assert.deepEqual(warnings(ok(await machines.one.build(both))), []);
    assert.deepEqual(readdirSync(join(dest, 'blobs/sha256')).sort(), before);
  });

  it('replaces the cache of its tag, with its blobs, and leaves others alone', async () => {
    const dest = machines.shared('tags');
    const dockerfile = (word: string): string => `${busybox}RUN echo ${word} > /word\n`;
    const build = async (word: string, target: CacheTarget): Promise<void> => {
      machines.one.write({ Dockerfile: dockerfile(word) });
      ok(await machines.one.build({ cacheTo: [target] }));
    };
    await build('a', toLocal(dest, { tag: 'one' }));
    const alone = readdirSync(join(dest, 'blobs/sha256')).length;
    await build('b', toLocal(dest, { tag: 'one' }));
    assert.equal(readdirSync(join(dest, 'blobs/sha256')).length, alone);
    await build('c', toLocal(dest, { tag: 'two' }));
    // A layer, a config and a manifest more.
    assert.equal(readdirSync(join(dest, 'blobs/sha256')).length, alone + 3);
    for (const [tag, word] of [
      ['one', 'b'],
      ['two', 'c'],
    ] as const) {
      await using pair = await openMachines();
      pair.write({ Dockerfile: dockerfile(word) });
      const outcome = ok(await pair.two.build({ cacheFrom: [fromLocal(dest, tag)] }));
      assert.equal(outcome.image?.steps.ran, 0, tag);
    }
    assert.deepEqual(
      readdirSync(dest).filter((name) => name.startsWith('.')),
      [],
    );
    machines.write({ Dockerfile: twoStages });
  });

  it('is written by two builds at once', async () => {
    await using pair = await openMachines();
    pair.write({ Dockerfile: twoStages, seed: 'world' });
    const dest = pair.shared('cache');
    const write = { cacheTo: [toLocal(dest, { mode: 'max' as const })] };
    ok(await pair.one.build());
    (await Promise.all([pair.one.build(write), pair.two.build(write), pair.one.build(write)])).forEach(ok);
    const [root, ...more] = readIndex(dest).manifests;
    assert.equal(more.length, 0);
    for (const { digest, size } of readBlob(dest, root?.digest ?? '').layers)
      assert.equal(statSync(join(dest, 'blobs/sha256', digest.slice(7))).size, size);
    assert.deepEqual(readdirSync(pair.shared('.')), ['cache']);
  });

  it('leaves nothing when it is interrupted, and the old cache where there was one', async () => {
    const dest = machines.shared('interrupted');
    const interrupt = new AbortController();
    const outcome = await machines.one.build(
      { cacheTo: [toLocal(dest, { mode: 'max' })] },
      {
        signal: interrupt.signal,
        onEvent: (event, name) => {
          if (event.kind === 'vertex-started' && name.startsWith('exporting cache')) interrupt.abort();
        },
      },
    );
    assert.ok(outcome.error);
    assert.ok(!existsSync(dest));
    assert.ok(!readdirSync(machines.shared('.')).some((name) => name.includes('partial')));
  });

  it('a cache that cannot be written fails the build, unless ignore-error=true', async () => {
    const dest = '/proc/nowhere/cache';
    const failed = await machines.one.build({ cacheTo: [toLocal(dest)] });
    assert.match(String(failed.error), /The cache "\/proc\/nowhere\/cache" was not written: ENOENT/);
    const ignored = ok(await machines.one.build({ cacheTo: [toLocal(dest, { ignoreError: true })] }));
    assert.match(warnings(ignored).join(), /was not written: ENOENT/);
  });

  for (const [name, given, type] of [
    ['zstd', { compression: { kind: 'zstd' } }, 'application/vnd.oci.image.layer.v1.tar+zstd'],
    ['uncompressed', { compression: { kind: 'uncompressed' } }, 'application/vnd.oci.image.layer.v1.tar'],
    ['an index', { imageManifest: false }, 'application/vnd.oci.image.layer.v1.tar+gzip'],
    [
      "Docker's media types",
      { ociMediaTypes: false, imageManifest: false },
      'application/vnd.docker.image.rootfs.diff.tar.gzip',
    ],
  ] as const)
    it(`is written and read with ${name}`, async () => {
      await using pair = await openMachines();
      pair.write({ Dockerfile: twoStages, seed: 'world' });
      const dest = pair.shared('cache');
      const first = ok(await pair.one.build({ cacheTo: [toLocal(dest, { ...given, mode: 'max' })] }));
      const root = readBlob(dest, readIndex(dest).manifests[0]?.digest ?? '');
      const listed = root.layers ?? root.manifests;
      assert.equal(listed[0].mediaType, type);
      const second = ok(await pair.two.build({ cacheFrom: [fromLocal(dest)] }));
      assert.equal(second.image?.steps.ran, 0);
      assert.equal(second.image?.imageId, first.image?.imageId);
    });
});
