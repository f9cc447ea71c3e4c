// Caches by reference: inline ones in images of the store, and those that a transport carries to a registry.

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { CacheTransport } from '../../../src/build/index.ts';
import type { Descriptor } from '../../../src/oci/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, type Outcome } from '../solve/workbench.ts';
import { fromRegistry, inline, openMachines, toRegistry, twoStages } from './caches.ts';

function ok(outcome: Outcome): Outcome {
  assert.equal(outcome.error, undefined, String(outcome.error));
  return outcome;
}

const warnings = ({ events }: Outcome): string =>
  events.flatMap((event) => (event.kind === 'warning' ? [event.message] : [])).join('\n');

interface InlineConfig {
  readonly rootfs: object;
  readonly 'caisson.cache.v1': { readonly records: readonly object[] };
}

/** A registry in memory: blobs by digest, roots by name; `fetched` are the blobs that were asked for. */
function openRegistry() {
  const [blobs, roots, fetched] = [new Map<string, Buffer>(), new Map<string, Descriptor>(), [] as string[]];
  const transport: CacheTransport = {
    async push({ name, root, blobs: pushed }) {
      for (const { descriptor, open } of pushed) {
        const bytes = await buffer(await open());
        assert.equal(bytes.length, descriptor.size);
        blobs.set(descriptor.digest, bytes);
      }
      assert.equal(pushed.at(-1)?.descriptor, root, 'the root comes last');
      roots.set(name, root);
    },
    resolve: async ({ name }) => roots.get(name),
    async fetch(_, { digest }) {
      fetched.push(digest);
      return Readable.from([blobs.get(digest) ?? Buffer.from('gone')], { objectMode: false });
    },
  };
  return { transport, blobs, roots, fetched };
}

describe('caches by reference', { skip: cannotRunContainers }, () => {
  it('an inline cache travels with the image, in the store by its name', async () => {
    await using pair = await openMachines();
    const { one, two } = pair;
    pair.write({ Dockerfile: twoStages, seed: 'world' });
    const first = ok(await one.build({ tags: ['app:1'], cacheTo: [inline] }));
    const archive = pair.shared('app.tar');
    assert.ok(first.image);
    await one.store.save(
      [{ image: first.image.image, names: ['docker.io/library/app:1'] }],
      archive,
      'oci-archive',
    );
    await two.store.load(archive);
    const second = ok(await two.build({ cacheFrom: [fromRegistry('app:1')], cacheTo: [inline] }));
    assert.equal(second.image?.steps.ran, 0);
    const [before, after] = [first, second].map(
      ({ image }) => image?.image.config as InlineConfig | undefined,
    );
    assert.deepEqual(after?.rootfs, before?.rootfs);
    assert.equal(before?.['caisson.cache.v1'].records.length, 5);
    assert.deepEqual(after?.['caisson.cache.v1'], before?.['caisson.cache.v1']);
  });

  it('BUILDKIT_INLINE_CACHE=1 asks for one; an image without is told', async () => {
    await using pair = await openMachines();
    pair.write({ Dockerfile: `${busybox}RUN echo built > /word\n` });
    const buildArgs = { BUILDKIT_INLINE_CACHE: '1' };
    const { image } = ok(await pair.one.build({ tags: ['with:1'], buildArgs }));
    const config = pair.one.store.content.read(image?.image.id ?? '').toString();
    assert.match(config, /"caisson\.cache\.v1":\{"records":\[\{"key":"sha256:/);
    ok(await pair.one.build({ tags: ['without:1'] }));
    const told = warnings(ok(await pair.one.build({ cacheFrom: [fromRegistry('without:1')] })));
    assert.match(told, /The cache "without:1" is not used: it has no cache of Caisson in it/);
    const nowhere = warnings(ok(await pair.one.build({ cacheFrom: [fromRegistry('nowhere:1')] })));
    assert.match(nowhere, /The cache "nowhere:1" is not used: there is nothing of that name in the store/);
  });

  it('a registry gets the blobs first, and gives only those that are needed', async () => {
    await using pair = await openMachines();
    const registry = openRegistry();
    Object.assign(pair.one.services, { cacheTransport: registry.transport });
    Object.assign(pair.two.services, { cacheTransport: registry.transport });
    pair.write({ Dockerfile: twoStages, seed: 'world' });
    const first = ok(await pair.one.build({ cacheTo: [toRegistry('cache.test/app', { mode: 'max' })] }));
    assert.deepEqual([...registry.roots.keys()], ['cache.test/app:latest']);
    const second = ok(await pair.two.build({ cacheFrom: [fromRegistry('cache.test/app:latest')] }));
    assert.equal(second.image?.imageId, first.image?.imageId);
    assert.equal(second.image?.steps.ran, 0);
    // Manifest, config and the five layers of the image, without the two of the other stage.
    assert.equal(registry.fetched.length, 7);
    assert.equal(registry.blobs.size, 9);
  });

  it('what a registry gives is verified', async () => {
    await using pair = await openMachines();
    const registry = openRegistry();
    Object.assign(pair.one.services, { cacheTransport: registry.transport });
    Object.assign(pair.two.services, { cacheTransport: registry.transport });
    pair.write({ Dockerfile: `${busybox}RUN echo built > /word\n` });
    ok(await pair.one.build({ cacheTo: [toRegistry('cache.test/app')] }));
    const root = registry.roots.get('cache.test/app:latest')?.digest ?? '';
    for (const digest of registry.blobs.keys())
      if (digest !== root) registry.blobs.set(digest, Buffer.from('{}'));
    const second = ok(await pair.two.build({ cacheFrom: [fromRegistry('cache.test/app:latest')] }));
    assert.match(
      warnings(second),
      /is not used: the blob "sha256:.*" has other content than its digest says/,
    );
    assert.equal(second.steps['RUN echo built > /word'], 'done');
  });

  it('without a transport a cache for a registry is refused before anything is built', async () => {
    await using pair = await openMachines();
    pair.write({ Dockerfile: `${busybox}RUN echo built > /word\n` });
    const { error, steps } = await pair.one.build({ cacheTo: [toRegistry('cache.test/app')] });
    assert.match(String(error), /The cache "cache\.test\/app" cannot be written/);
    assert.equal(steps['RUN echo built > /word'], undefined);
    const ignored = ok(
      await pair.one.build({ cacheTo: [toRegistry('cache.test/app', { ignoreError: true })] }),
    );
    assert.match(warnings(ignored), /The cache "cache\.test\/app" was not written/);
  });
});
