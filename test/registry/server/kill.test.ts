// The server killed while images are pushed: what it acknowledged is there, and nothing in part.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type RegistryProcess, registryProcess } from '../../support/registry-server.ts';
import { bytes, client, digestOf, types } from './conformance/client.ts';

/** What the server said that it has. */
interface Acknowledged {
  readonly blobs: Set<string>;
  /** Digests of manifests by tag. */
  readonly tags: Map<string, string>;
}

const kills = 30;

describe('A server that is killed', () => {
  it(`loses nothing that it acknowledged, and shows nothing in part, in ${kills} kills`, async () => {
    await using registry = await registryProcess();
    const acknowledged: Acknowledged = { blobs: new Set(), tags: new Map() };
    for (let kill = 0; kill < kills; kill++) {
      const stopped = new AbortController();
      const pushers = [0, 1, 2].map((pusher) =>
        pushUntil(stopped.signal, registry, `${kill}-${pusher}`, acknowledged),
      );
      await delay(40 + Math.random() * 160);
      await registry.stop('SIGKILL');
      stopped.abort();
      await Promise.all(pushers);
      await registry.start();
    }
    await isAllThere(registry, acknowledged);
    await isNothingInPart(registry);
    assert.equal(await registry.stop('SIGTERM'), 0);
    assert.ok(acknowledged.tags.size > 0, 'no image was pushed');
    await isWholeOnDisk(registry, acknowledged);
  });
});

/** Pushes one image after the other until the server is gone. */
async function pushUntil(
  signal: AbortSignal,
  registry: RegistryProcess,
  name: string,
  acknowledged: Acknowledged,
): Promise<void> {
  const to = client(registry);
  try {
    for (let image = 0; !signal.aborted; image++) {
      const layer = await to.pushBlob('killed', bytes(200 + image * 7919));
      acknowledged.blobs.add(layer.digest);
      const config = await to.pushBlob('killed', Buffer.from(`"${name}-${image}"`));
      acknowledged.blobs.add(config.digest);
      const manifest = { schemaVersion: 2, mediaType: types.manifest, config, layers: [layer] };
      const { digest } = await to.pushManifest('killed', `v${name}-${image}`, manifest);
      acknowledged.tags.set(`v${name}-${image}`, digest);
    }
  } catch (error) {
    // The connection broke: that is the point. An answer that refuses a push is not.
    if (error instanceof assert.AssertionError) throw error;
  }
}

async function isAllThere(registry: RegistryProcess, { blobs, tags }: Acknowledged): Promise<void> {
  const to = client(registry);
  for (const digest of blobs) await holds(to, digest);
  for (const [tag, digest] of tags) {
    const answer = await to.send('GET', `/v2/killed/manifests/${tag}`);
    assert.equal(digestOf(Buffer.from(await answer.arrayBuffer())), digest, `${tag} is lost`);
  }
}

/** What was not acknowledged may be there, but then whole. */
async function isNothingInPart(registry: RegistryProcess): Promise<void> {
  const to = client(registry);
  const { tags } = (await (await to.send('GET', '/v2/killed/tags/list')).json()) as {
    tags: readonly string[];
  };
  for (const tag of tags) {
    const manifest = (await (await to.send('GET', `/v2/killed/manifests/${tag}`)).json()) as {
      readonly config: { readonly digest: string };
      readonly layers: readonly { readonly digest: string }[];
    };
    for (const { digest } of [manifest.config, ...manifest.layers]) await holds(to, digest);
  }
}

async function holds(to: ReturnType<typeof client>, digest: string): Promise<void> {
  const answer = await to.send('GET', `/v2/killed/blobs/${digest}`);
  assert.equal(answer.status, 200, `${digest} is lost`);
  assert.equal(digestOf(Buffer.from(await answer.arrayBuffer())), digest);
}

/** The image layout has caught up: it is written before the server ends. */
async function isWholeOnDisk({ root }: RegistryProcess, { blobs, tags }: Acknowledged): Promise<void> {
  const layout = new Set(readdirSync(join(root, 'repositories/killed/blobs/sha256')));
  for (const digest of [...blobs, ...tags.values()])
    assert.ok(layout.has(digest.slice('sha256:'.length)), digest);
}
