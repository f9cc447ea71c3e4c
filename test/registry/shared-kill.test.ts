// A registry in the folder of a store and pulls into that store, all killed while they share content: what was acknowledged is there.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createRegistryClient, pullImage } from '../../src/registry/index.ts';
import { openStore, registryFolder } from '../../src/store/index.ts';
import { program, testRoot } from '../support/index.ts';
import { registryProcess, registryServer } from '../support/registry-server.ts';
import { imageOf, layerOf, type Sample, upload } from './pull/samples.ts';

const kills = 8;

/** Layers of some sizes, so that kills come at all moments. */
const samples = (): readonly Sample[] =>
  Array.from({ length: kills }, (_, size) =>
    imageOf([0, 1, 2].map(() => layerOf([{ name: 'noise', content: randomBytes(1000 + size * 90_000) }]))),
  );

describe('A registry that shares content with a store', () => {
  it(`loses nothing and leaves nothing wrong in ${kills} kills of it and of pulls`, async () => {
    await using root = await testRoot();
    const [there, fetched] = [samples(), samples()];
    await fillStore(root.root, there);
    await using registry = await registryProcess(['--root', registryFolder(root.root)]);
    const domain = new URL(registry.url).host;
    const acknowledged = new Set<number>();
    for (const [kill, sample] of there.entries()) {
      const other = fetched[kill];
      assert.ok(other);
      await upload(registry.url, 'fetched', `${kill}`, other);
      const pull = spawn(program, ['pull', '-q', `${domain}/fetched:${kill}`], {
        stdio: 'ignore',
        env: { ...process.env, CAISSON_ROOT: root.root },
      });
      // Broken off by the kill, mostly.
      const push = delay(100)
        .then(() => upload(registry.url, 'there', `${kill}`, sample))
        .then(() => void acknowledged.add(kill))
        .catch(() => undefined);
      await delay(110 + Math.random() * 150);
      await Promise.all([registry.stop('SIGKILL'), killed(pull), push]);
      await registry.start();
    }
    for (const kill of acknowledged) await root.ok(['pull', '-q', `${domain}/there:${kill}`]);
    for (const kill of fetched.keys()) await root.ok(['pull', '-q', `${domain}/fetched:${kill}`]);
    assert.equal(await registry.stop('SIGTERM'), 0);
    const place = ['--root', registryFolder(root.root)];
    await root.ok(['registry', 'check', ...place]);
    await root.ok(['system', 'check']);
    await root.ok(['registry', 'gc', '--older-than', '0s', ...place]);
    assert.deepEqual(readdirSync(join(registryFolder(root.root), 'uploads')), []);
    assert.deepEqual(readdirSync(join(root.root, 'ingest')), []);
  });
});

/** Pulls images from a registry elsewhere, which is gone afterwards. */
async function fillStore(root: string, images: readonly Sample[]): Promise<void> {
  await using upstream = await registryServer();
  await using store = await openStore({ root });
  await using client = createRegistryClient();
  const options = { onEvent: () => undefined, signal: AbortSignal.timeout(60_000) };
  for (const [tag, image] of images.entries()) {
    await upload(upstream.url, 'there', `${tag}`, image);
    await pullImage({ store, client }, `${upstream.domain}/there:${tag}`, options);
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
