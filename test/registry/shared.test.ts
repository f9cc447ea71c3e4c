// A registry in the folder of a store: what both have is one file, and what happens to it on one side harms the other in nothing.

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { sha256 } from '../../src/oci/index.ts';
import { createRegistryClient, pushImage } from '../../src/registry/index.ts';
import {
  check,
  collect,
  createRegistryServer,
  openFolderStorage,
  operate,
} from '../../src/registry/server/index.ts';
import { registryFolder, type Store } from '../../src/store/index.ts';
import { registryServer, type TestRegistry } from '../support/registry-server.ts';
import { outcomes, type Puller, puller } from './pull/puller.ts';
import { imageOf, layerOf, type Sample, upload } from './pull/samples.ts';
import { pushBlob } from './server/collect/content.ts';

const layer = (): ReturnType<typeof layerOf> => layerOf([{ name: 'noise', content: randomBytes(300_000) }]);
const sampleImage = (): Sample => imageOf([layer(), layer()]);

/** Everything that an image is made of, by digest. */
const contentOf = ({ descriptor, bytes, blobs }: Sample): ReadonlyMap<string, Buffer> =>
  new Map([[descriptor.digest, bytes], ...blobs]);

const inPool = (store: Store, digest: string): string =>
  join(registryFolder(store.root), 'blobs/sha256', digest.slice(7));

const inodeOf = (path: string): number => statSync(path).ino;

/** A store that pulled an image from a registry elsewhere. */
async function pulled(t: TestContext): Promise<Puller & { readonly sample: Sample }> {
  const into = await puller(t);
  const sample = sampleImage();
  await using upstream = await registryServer();
  await upload(upstream.url, 'app', '1', sample);
  await into.pull(`${upstream.domain}/app:1`);
  return { ...into, sample };
}

const beside = ({ store }: Puller): Promise<TestRegistry> =>
  registryServer({ root: registryFolder(store.root) });

async function push(
  { store }: Puller,
  registry: TestRegistry,
  sample: Sample,
  name = 'app:1',
): Promise<void> {
  await using client = createRegistryClient();
  const image = store.images.find(sample.descriptor.digest);
  assert.ok(image);
  store.images.tag(image.manifestDigest, `${registry.domain}/${name}`);
  const options = { onEvent: () => undefined, signal: AbortSignal.timeout(60_000) };
  await pushImage({ store, client }, `${registry.domain}/${name}`, options);
}

/** Each of the files has this many names: the store's, the pool's, the image layout's of the repository. */
function areOne(store: Store, sample: Sample, names = 3): void {
  for (const [digest, bytes] of contentOf(sample)) {
    assert.equal(inodeOf(store.content.path(digest)), inodeOf(inPool(store, digest)), digest);
    const { nlink, mode } = statSync(inPool(store, digest));
    assert.deepEqual({ nlink, mode }, { nlink: names, mode: 0o100644 });
    assert.deepEqual(store.content.read(digest), bytes);
  }
}

/** Nothing wrong on either side, nothing left over. */
async function areWhole(store: Store): Promise<void> {
  assert.deepEqual(await store.check(), []);
  await using storage = await openFolderStorage({ root: registryFolder(store.root) });
  const { findings } = await check(storage, { repair: false, signal: new AbortController().signal });
  assert.deepEqual(findings, []);
  assert.deepEqual(readdirSync(join(registryFolder(store.root), 'uploads')), []);
  assert.deepEqual(readdirSync(join(store.root, 'ingest')), []);
}

/** Other bytes of the same length, in place, as a failing disk does it. */
function spoil(path: string): void {
  writeFileSync(path, randomBytes(statSync(path).size), { flag: 'r+' });
}

describe('A registry in the folder of a store', () => {
  it('has one file with the store of what is pushed to it', async (t) => {
    const into = await pulled(t);
    {
      await using registry = await beside(into);
      await push(into, registry, into.sample);
    }
    areOne(into.store, into.sample);
    await areWhole(into.store);
  });

  it('gives the store its files where they are pulled: no byte of a layer is sent', async (t) => {
    const into = await puller(t);
    const sample = sampleImage();
    {
      await using registry = await beside(into);
      await upload(registry.url, 'app', '1', sample);
      const { events } = await into.pull(`${registry.domain}/app:1`);
      const layers = [...sample.blobs.keys()].slice(1);
      const told = outcomes(events);
      for (const digest of layers) assert.equal(told[`pulling ${digest}`], 'cached');
    }
    areOne(into.store, sample);
    await areWhole(into.store);
  });

  it('gives the store its files where an archive is loaded', async (t) => {
    for (const format of ['oci-archive', 'oci-dir'] as const) {
      const from = await pulled(t);
      const image = from.store.images.find(from.sample.descriptor.digest);
      assert.ok(image);
      const file = join(from.store.root, 'saved');
      await from.store.save([{ image, names: ['app:1'] }], file, format);
      const into = await puller(t);
      {
        await using registry = await beside(into);
        await upload(registry.url, 'app', '1', from.sample);
      }
      await into.store.load(file);
      areOne(into.store, from.sample);
      await areWhole(into.store);
    }
  });

  it('shares what it is given on the way from an upstream', async (t) => {
    const into = await puller(t);
    const sample = sampleImage();
    await using upstream = await registryServer();
    await upload(upstream.url, 'app', '1', sample);
    {
      const warn = (): void => undefined;
      const root = registryFolder(into.store.root);
      await using storage = await openFolderStorage({ root, warn });
      await using operation = await operate(storage, { mirrors: [`hub=${upstream.url}`], warn });
      await using server = createRegistryServer(operation);
      const { host, port } = await server.listen('127.0.0.1:0');
      await into.pull(`${host}:${port}/hub/app:1`);
    }
    areOne(into.store, sample);
    await areWhole(into.store);
  });

  it('is served on when the store lets go, which frees nothing, and the other way round', async (t) => {
    const into = await pulled(t);
    const { store, sample } = into;
    await using registry = await beside(into);
    await push(into, registry, sample);
    const layers = store.images.find(sample.descriptor.digest)?.layers ?? [];
    const folders = layers.reduce((sum, id) => sum + (store.layers.get(id)?.usage ?? 0), 0);
    assert.equal((await store.collect({ images: 'all' })).bytes, folders);
    for (const digest of contentOf(sample).keys()) assert.equal(store.content.has(digest), false);
    await into.pull(`${registry.domain}/app:1`);
    await using storage = await openFolderStorage({ root: registryFolder(store.root), serving: false });
    await storage.deleteRepository('app');
    const unusedSince = new Date(Date.now() + 1000);
    await collect(storage, { unusedSince, dryRun: false, signal: new AbortController().signal });
    for (const [digest, content] of contentOf(sample)) {
      assert.equal(existsSync(inPool(store, digest)), false);
      assert.deepEqual(store.content.read(digest), content);
    }
    assert.deepEqual(await store.check(), []);
  });

  it('and the store both find a spoilt file, and what is fetched anew is a new one', async (t) => {
    const into = await pulled(t);
    const { store, sample } = into;
    const [, digest = ''] = sample.blobs.keys();
    {
      await using registry = await beside(into);
      await push(into, registry, sample);
    }
    const spoilt = inodeOf(store.content.path(digest));
    spoil(store.content.path(digest));
    const codes = (await store.check({ repair: true })).map(({ code }) => code);
    assert.ok(codes.includes('BLOB_CORRUPT'), String(codes));
    await using upstream = await registryServer();
    await upload(upstream.url, 'app', '1', sample);
    await into.pull(`${upstream.domain}/app:1`);
    assert.notEqual(inodeOf(store.content.path(digest)), spoilt);
    assert.equal(inodeOf(inPool(store, digest)), spoilt);
    {
      await using storage = await openFolderStorage({ root: registryFolder(store.root) });
      const { findings } = await check(storage, { repair: true, signal: new AbortController().signal });
      assert.deepEqual(findings[0]?.kind, 'blob-corrupt');
    }
    {
      await using registry = await beside(into);
      await push(into, registry, sample);
    }
    areOne(store, sample);
    await areWhole(store);
  });

  it('heals the store by what is pushed', async (t) => {
    const into = await pulled(t);
    const { store, sample } = into;
    const [, digest = ''] = sample.blobs.keys();
    spoil(store.content.path(digest));
    {
      await using registry = await beside(into);
      await upload(registry.url, 'app', '1', sample);
    }
    areOne(store, sample);
    await areWhole(store);
  });

  it('takes up what a killed process left in the midst of sharing', async (t) => {
    const into = await pulled(t);
    const { store, sample } = into;
    {
      await using registry = await beside(into);
      await push(into, registry, sample);
    }
    const [, digest = ''] = sample.blobs.keys();
    const left = join(registryFolder(store.root), 'uploads', randomUUID());
    linkSync(inPool(store, digest), left);
    const ofDead = join(store.root, 'ingest', '1-1-1-gone-0.1');
    linkSync(inPool(store, digest), ofDead);
    await store.collect();
    await using storage = await openFolderStorage({ root: registryFolder(store.root) });
    // It could be a manifest that is being written.
    await storage.sweep({ unusedSince: new Date(Date.now() + 1000) });
    assert.deepEqual([existsSync(left), existsSync(ofDead)], [true, false]);
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 });
    await storage.sweep({ unusedSince: new Date() });
    t.mock.timers.reset();
    assert.equal(existsSync(left), false);
    areOne(store, sample);
  });

  it('has files of its own on another file system', async (t) => {
    const other = mkdtempSync('/dev/shm/caisson-registry-');
    t.after(() => rmSync(other, { recursive: true, force: true }));
    const into = await pulled(t);
    const { store, sample } = into;
    symlinkSync(other, registryFolder(store.root));
    const more = sampleImage();
    {
      await using registry = await beside(into);
      await push(into, registry, sample);
      await upload(registry.url, 'more', '1', more);
      await into.pull(`${registry.domain}/more:1`);
    }
    for (const [digest, bytes] of [...contentOf(sample), ...contentOf(more)]) {
      assert.notEqual(statSync(store.content.path(digest)).dev, statSync(inPool(store, digest)).dev);
      assert.deepEqual(store.content.read(digest), bytes);
    }
    await areWhole(store);
  });

  it('takes over no file of another user, on either side', { skip: process.getuid?.() !== 0 }, async (t) => {
    const into = await pulled(t);
    const { store, sample } = into;
    const more = sampleImage();
    for (const digest of contentOf(sample).keys()) chownSync(store.content.path(digest), 12345, 12345);
    await using registry = await beside(into);
    await upload(registry.url, 'app', '1', sample);
    await upload(registry.url, 'more', '1', more);
    for (const digest of contentOf(more).keys()) chownSync(inPool(store, digest), 12345, 12345);
    await into.pull(`${registry.domain}/more:1`);
    for (const digest of [...contentOf(sample).keys(), ...contentOf(more).keys()])
      assert.notEqual(inodeOf(store.content.path(digest)), inodeOf(inPool(store, digest)));
  });

  it('takes files that are no links to elsewhere', async (t) => {
    const into = await puller(t);
    const sample = sampleImage();
    const [, digest = ''] = sample.blobs.keys();
    const outside = join(into.store.root, 'outside');
    writeFileSync(outside, sample.blobs.get(digest) ?? '');
    mkdirSync(join(registryFolder(into.store.root), 'blobs/sha256'), { recursive: true });
    symlinkSync(outside, inPool(into.store, digest));
    assert.equal(into.store.content.has(digest), false);
    await using upstream = await registryServer();
    await upload(upstream.url, 'app', '1', sample);
    await into.pull(`${upstream.domain}/app:1`);
    assert.notEqual(inodeOf(into.store.content.path(digest)), inodeOf(outside));
    assert.deepEqual(await into.store.check(), []);
  });
});

describe('A registry in a folder of its own', () => {
  it('shares nothing', async (t) => {
    const into = await pulled(t);
    const { store, sample } = into;
    const root = join(store.root, 'registry-of-its-own');
    {
      await using registry = await registryServer({ root });
      await push(into, registry, sample);
    }
    for (const digest of contentOf(sample).keys())
      assert.equal(statSync(store.content.path(digest)).nlink, 1);
  });

  it('touches no folder around it that is no store', async (t) => {
    const folder = mkdtempSync('/var/tmp/caisson-no-store-');
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const bytes = randomBytes(1000);
    const around = join(folder, 'blobs/sha256', sha256(bytes).slice(7));
    mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
    writeFileSync(around, 'not ours');
    await using storage = await openFolderStorage({ root: join(folder, 'registry') });
    await pushBlob(storage, 'app', bytes);
    assert.equal(statSync(around).size, 'not ours'.length);
  });

  it('is not the folder of a store itself, where the store would collect its content', async (t) => {
    const { store } = await puller(t);
    await assert.rejects(openFolderStorage({ root: store.root }), { code: 'REGISTRY_ROOT_TAKEN' });
    assert.equal(existsSync(join(store.root, 'registry.db')), false);
  });
});
