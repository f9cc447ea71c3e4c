// Pulls that are broken off: by the server, by the kernel, by each other. What came is not asked for again, nothing half is seen.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore, type Store } from '../../../src/store/index.ts';
import { temporaryFolder } from '../../store/sample.ts';
import { cannotRunDockerRegistry, dockerRegistry } from '../../support/docker-registry.ts';
import { lyingRegistry } from './lying-registry.ts';
import { outcomes, puller } from './puller.ts';
import { imageOf, layerOf, type SampleLayer, upload } from './samples.ts';

const program = fileURLToPath(new URL('../../../bin/caisson', import.meta.url));

function noise(size: number, seed: number): Buffer {
  const words = Uint32Array.from({ length: size / 4 }, (_, index) =>
    Math.imul(index ^ (index >>> 7), 2654435761 + seed),
  );
  return Buffer.from(words.buffer);
}

function noiseLayer(size: number, seed: number): SampleLayer {
  const content = noise(size, seed);
  const members = Array.from({ length: 20 }, (_, index) => ({
    name: `d${seed}/f${index}`,
    content: content.subarray((index * size) / 20, ((index + 1) * size) / 20),
  }));
  return layerOf([{ name: `d${seed}`, type: 'directory', mode: 0o755 }, ...members]);
}

const layers = [noiseLayer(1_000_000, 1), noiseLayer(2_000_000, 2), noiseLayer(400_000, 3)];
const sample = imageOf(layers);
const [first, second] = layers.map(({ descriptor }) => descriptor);

/** Starts a pull as a process of its own; it is gone with the test. */
function startPull(t: TestContext, root: string, name: string): ChildProcess {
  const child = spawn(program, ['--root', root, 'pull', '--quiet', name], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

const partials = (store: { readonly root: string }): readonly string[] => {
  const folder = join(store.root, 'partial');
  return readdirSync(folder).map((name) => join(folder, name));
};

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !condition(); await delay(2))
    if (Date.now() > deadline) throw new Error('It never came to that');
}

describe('a pull whose server', () => {
  it('breaks every connection goes on where it stopped', async (t) => {
    await using registry = await lyingRegistry(sample);
    registry.send.set(second?.digest ?? '', { breakAfter: 700_000, breaks: 3 });
    const { store, pull } = await puller(t);
    const { digest } = await pull(`${registry.domain}/app:1`);
    assert.equal(digest, sample.descriptor.digest);
    const asked = registry.requests.filter((line) => line.includes(second?.digest ?? ''));
    assert.ok(
      asked.length >= 2 && asked.slice(1).every((line) => / bytes=\d+-/.test(line)),
      asked.join('\n'),
    );
    assert.deepEqual(await store.check(), []);
  });

  it('never comes back leaves what came, and the next pull asks only for the rest', async (t) => {
    await using registry = await lyingRegistry(sample);
    registry.send.set(second?.digest ?? '', { breakAfter: 700_000, noRange: true });
    const { store, pull } = await puller(t);
    await assert.rejects(pull(`${registry.domain}/app:1`));
    assert.deepEqual(store.images.list(), []);
    const [left = ''] = partials(store);
    const { size } = statSync(left);
    assert.ok(size > 0 && size < (second?.size ?? 0), String(size));
    assert.deepEqual(await store.check(), []);
    registry.send.clear();
    const before = registry.requests.length;
    await pull(`${registry.domain}/app:1`);
    const asked = registry.requests.slice(before).filter((line) => line.includes(second?.digest ?? ''));
    assert.deepEqual(asked, [`GET /v2/app/blobs/${second?.digest} bytes=${size}-`]);
    assert.deepEqual(partials(store), []);
  });

  it('is killed three times and comes back', { skip: cannotRunDockerRegistry }, async (t) => {
    await using registry = await dockerRegistry();
    await upload(registry.url, 'app', '1', sample);
    const { store, pull } = await puller(t, { tries: 60, patientTries: 60, pause: 20, longestPause: 100 });
    const pulling = pull(`${registry.domain}/app:1`);
    for (const pause of [5, 40, 80]) {
      await delay(pause);
      await registry.kill();
      await delay(50);
      await registry.start();
    }
    assert.equal((await pulling).digest, sample.descriptor.digest);
    assert.deepEqual(await store.check(), []);
  });
});

describe('a partial blob', () => {
  it('that is not what it should be is received anew', async (t) => {
    await using registry = await lyingRegistry(sample);
    const { store, pull } = await puller(t);
    registry.send.set(first?.digest ?? '', {
      bytes: Buffer.alloc(first?.size ?? 0, 1),
      breakAfter: 300_000,
      noRange: true,
    });
    await assert.rejects(pull(`${registry.domain}/app:1`), { code: 'BLOB_TRUNCATED' });
    assert.equal(partials(store).length, 1);
    registry.send.clear();
    const { digest } = await pull(`${registry.domain}/app:1`);
    assert.equal(digest, sample.descriptor.digest);
    assert.deepEqual(partials(store), []);
    assert.deepEqual(await store.check(), []);
  });

  it('is swept when it is stale, and by pruning all images; never while somebody receives it', async (t) => {
    await using registry = await lyingRegistry(sample);
    registry.send.set(second?.digest ?? '', { breakAfter: 700_000, noRange: true });
    const { store, pull } = await puller(t);
    const name = `${registry.domain}/app:1`;
    await assert.rejects(pull(name));
    await store.collect({ images: 'dangling' });
    assert.equal(partials(store).length, 1);
    const yesterday = Date.now() / 1000 - 25 * 3600;
    for (const path of partials(store)) utimesSync(path, yesterday, yesterday);
    assert.deepEqual(
      (await store.check()).map(({ code }) => code),
      ['PARTIAL_STALE'],
    );
    await store.check({ repair: true });
    assert.deepEqual(partials(store), []);
    await assert.rejects(pull(name));
    await store.collect({ images: 'all' });
    assert.deepEqual(partials(store), []);
    registry.send.set(second?.digest ?? '', { pause: 4 });
    const pulling = pull(name);
    await until(() => partials(store).some((path) => statSync(path).size > 200_000));
    await store.collect({ images: 'all' });
    assert.equal((await pulling).digest, sample.descriptor.digest);
    assert.deepEqual(await store.check(), []);
  });
});

describe('two pulls of one image at once', () => {
  it('share the work in one process', async (t) => {
    await using registry = await lyingRegistry(sample);
    registry.send.set(second?.digest ?? '', { pause: 2 });
    const { pull } = await puller(t);
    const name = `${registry.domain}/app:1`;
    await Promise.all([pull(name), pull(name)]);
    for (const { descriptor } of layers)
      assert.equal(registry.requests.filter((line) => line.includes(descriptor.digest)).length, 1);
  });

  it('share it between processes, and show how far the other one is', async (t) => {
    await using registry = await lyingRegistry(sample);
    registry.send.set(second?.digest ?? '', { pause: 10 });
    const { store, pull } = await puller(t);
    const name = `${registry.domain}/app:1`;
    const other = startPull(t, store.root, name);
    await until(() => registry.requests.some((line) => line.includes(second?.digest ?? '')));
    const { events, digest } = await pull(name);
    assert.equal(await ended(other), 0);
    assert.equal(digest, sample.descriptor.digest);
    for (const { descriptor } of layers)
      assert.equal(registry.requests.filter((line) => line.includes(descriptor.digest)).length, 1);
    assert.equal(outcomes(events)[`pulling ${second?.digest}`], 'cached');
    assert.ok(events.some((event) => event.kind === 'progress' && /another process/.test(event.label)));
    assert.deepEqual(await store.check(), []);
  });

  it('the second goes on from where the first was killed', async (t) => {
    await using registry = await lyingRegistry(sample);
    registry.send.set(second?.digest ?? '', { pause: 10 });
    const { store, pull } = await puller(t);
    const name = `${registry.domain}/app:1`;
    const other = startPull(t, store.root, name);
    await until(() => partialSize(store, second?.digest) > 300_000);
    const pulling = pull(name);
    await delay(30);
    other.kill('SIGKILL');
    assert.equal((await pulling).digest, sample.descriptor.digest);
    const asked = registry.requests.filter((line) => line.includes(second?.digest ?? ''));
    assert.equal(asked.length, 2, asked.join('\n'));
    assert.match(asked[1] ?? '', / bytes=[1-9]\d*-/);
  });
});

function partialSize(store: Store, digest = ''): number {
  const path = join(store.root, 'partial', digest.replace(':', '-'));
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

describe('a pull that is killed', () => {
  it('at thirty moments leaves nothing to be seen, and comes to its end at last', async (t) => {
    await using registry = await lyingRegistry(sample);
    for (const { descriptor } of layers) registry.send.set(descriptor.digest, { pause: 1 });
    const root = join(temporaryFolder(t), 'root');
    const name = `${registry.domain}/app:1`;
    const begun = Date.now();
    const timed = startPull(t, join(temporaryFolder(t), 'root'), name);
    assert.equal(await ended(timed), 0);
    const whole = Date.now() - begun;
    let completed = 0;
    for (let round = 0; round < 30; round++) {
      const child = startPull(t, root, name);
      await Promise.race([delay(whole * (0.2 + 0.8 * ((round * 0.618) % 1))), once(child, 'exit')]);
      child.kill('SIGKILL');
      await ended(child);
      // Opening sweeps what the killed one left; it is gone when the store is closed.
      await (await openStore({ root }))[Symbol.asyncDispose]();
      await using store = await openStore({ root });
      const images = store.images.list();
      assert.deepEqual(await store.check(), [], `round ${round}`);
      if (images.length === 0) continue;
      completed += 1;
      assert.equal(images[0]?.manifestDigest, sample.descriptor.digest);
      assert.equal(images[0]?.layers.length, 3);
      await store.collect({ images: 'all' });
      assert.deepEqual(store.images.list(), []);
    }
    assert.ok(completed < 30, 'some were killed before their end');
    assert.equal(await ended(startPull(t, root, name)), 0);
    await using store = await openStore({ root });
    assert.equal(store.images.find(name)?.manifestDigest, sample.descriptor.digest);
    assert.deepEqual(await store.check(), []);
  });
});
