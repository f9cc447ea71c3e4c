// Pushes when things go wrong: a registry that dies and comes back, pushers that are killed, many at once, wrong credentials.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CaissonError } from '../../../src/core/index.ts';
import { createRegistryClient, type PushedName, pushImage } from '../../../src/registry/index.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { temporaryFolder, temporaryStore } from '../../store/sample.ts';
import {
  cannotRunDockerRegistry,
  type DockerRegistry,
  dockerRegistry,
} from '../../support/docker-registry.ts';
import { addImage, lookAt, noise, text } from './samples.ts';

async function push(store: Store, name: string, onSent?: (sent: number) => void): Promise<PushedName> {
  await using client = createRegistryClient();
  return pushImage({ store, client }, name, {
    onEvent: (event) => {
      if (event.kind === 'progress') onSent?.(event.current);
    },
    signal: AbortSignal.timeout(60_000),
  });
}

/** All that the manifest lists is there, and unpacks to what the image consists of. */
async function assertWhole(registry: DockerRegistry, tag: string, diffIds: readonly string[]): Promise<void> {
  const look = lookAt(registry.url, 'app');
  const { json } = await look.manifest(tag);
  await look.blob(json.config.digest);
  assert.deepEqual(await Promise.all(json.layers.map(look.diffId)), diffIds);
}

const large = (seed: string) => ({ 'app/noise': noise(seed, 24_000_000) });

describe('push in adversity', { skip: cannotRunDockerRegistry }, () => {
  for (const known of [false, true])
    it(`goes on when the registry dies in an upload and comes back, the digest ${known ? 'known' : 'not known'} before`, async (t) => {
      await using registry = await dockerRegistry();
      const store = await temporaryStore(t);
      const name = `${registry.domain}/app:1`;
      const image = await addImage(store, [large('dies'), { 'app/text': text('a', 50_000) }], {
        names: [name],
      });
      if (known)
        for (const layer of image.layers)
          await store.layers.formed(layer, { compression: { kind: 'gzip' }, force: false });
      let revived: Promise<void> | undefined;
      await push(store, name, (sent) => {
        if (sent < 4_000_000 || revived) return;
        revived = registry
          .kill()
          .then(() => delay(300))
          .then(() => registry.start());
      });
      assert.ok(revived, 'it died');
      await revived;
      await assertWhole(registry, '1', image.config.rootfs.diff_ids);
    });

  it('leaves nothing half when its process is killed at any moment, and succeeds afterwards', async (t) => {
    await using registry = await dockerRegistry();
    const root = `${temporaryFolder(t)}/root`;
    const name = `${registry.domain}/app:killed`;
    const diffIds = await makeRoot(root, name);
    t.after(() => rmSync(root, { recursive: true, force: true }));
    const kills = 30;
    for (let count = 0; count < kills; count++) {
      const child = startPusher(root, name);
      try {
        await waitFor(child, 'pushing');
        await delay(Math.round((count * 160) / kills));
      } finally {
        child.kill('SIGKILL');
        await ended(child);
      }
      // Whatever is visible under the tag is whole.
      const there = await fetch(`${registry.url}/v2/app/manifests/killed`, { method: 'HEAD' });
      if (there.ok) await assertWhole(registry, 'killed', diffIds);
    }
    const store = await openStore({ root });
    try {
      await push(store, name);
      await assertWhole(registry, 'killed', diffIds);
      await store.collect();
      assert.deepEqual(await store.check(), []);
    } finally {
      await store[Symbol.asyncDispose]();
      rmSync(store.runDirectory, { recursive: true, force: true });
    }
  });

  it('ten at once get all their images there', async (t) => {
    await using registry = await dockerRegistry();
    const store = await temporaryStore(t);
    const names = Array.from({ length: 10 }, (_, index) => `${registry.domain}/app:${index}`);
    const shared = { 'base/text': text('shared', 500_000) };
    const images = [];
    for (const [index, name] of names.entries())
      images.push(
        await addImage(store, [shared, { own: noise(`own ${index}`, 100_000) }], { names: [name] }),
      );
    await Promise.all(names.map((name) => push(store, name)));
    for (const [index, image] of images.entries())
      await assertWhole(registry, String(index), image.config.rootfs.diff_ids);
  });

  it('says that credentials are wanted, and puts nothing there', async (t) => {
    await using registry = await dockerRegistry({ htpasswd: true });
    const store = await temporaryStore(t);
    const name = `${registry.domain}/app:1`;
    await addImage(store, [{ file: 'content' }], { names: [name] });
    await assert.rejects(push(store, name), (error: CaissonError) => {
      assert.equal(error.code, 'UNAUTHORIZED');
      assert.match(error.hint ?? '', /caisson login/);
      return true;
    });
  });

  it('stops at once when it is told to', async (t) => {
    await using registry = await dockerRegistry();
    const store = await temporaryStore(t);
    const name = `${registry.domain}/app:1`;
    await addImage(store, [large('stopped')], { names: [name] });
    await using client = createRegistryClient();
    const abort = new AbortController();
    const pushed = pushImage({ store, client }, name, {
      onEvent: (event) => {
        if (event.kind === 'progress') abort.abort();
      },
      signal: abort.signal,
    });
    await assert.rejects(pushed, { name: 'AbortError' });
    const tags = await fetch(`${registry.url}/v2/app/tags/list`);
    assert.equal(tags.status, 404);
  });
});

async function makeRoot(root: string, name: string): Promise<readonly string[]> {
  const store = await openStore({ root });
  try {
    const layers = [{ a: noise('a', 2_000_000) }, { b: text('b', 2_000_000) }, { c: 'small' }];
    return (await addImage(store, layers, { names: [name] })).config.rootfs.diff_ids;
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

const program = fileURLToPath(new URL('pusher.ts', import.meta.url));

function startPusher(root: string, name: string): ChildProcess {
  return spawn(process.execPath, [program, root, name], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function waitFor(child: ChildProcess, word: string): Promise<void> {
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    if (said.includes(word)) return;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}
