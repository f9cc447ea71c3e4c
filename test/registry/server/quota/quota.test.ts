// Quotas and protected tags, as clients meet them.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { mediaTypes, sha256 } from '../../../../src/oci/index.ts';
import { pushBlob, pushImage } from '../collect/content.ts';
import { operatedRegistry } from '../operated.ts';

const rules = JSON.stringify({
  quotas: { 'small/**': '10k' },
  protected: { 'team/**': ['v*'] },
  retention: [{ repositories: 'old', keepLast: 1 }],
});

function bounded(collection?: { readonly interval: number; readonly grace: number }) {
  return operatedRegistry({ rules }, (file) => ({
    rules: file('rules'),
    ...(collection ? { collection } : {}),
  }));
}

async function begin(url: string, repository: string): Promise<URL> {
  const begun = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  assert.equal(begun.status, 202, await begun.text());
  return new URL(begun.headers.get('location') ?? '', url);
}

async function upload(url: string, repository: string, bytes: Buffer) {
  const place = await begin(url, repository);
  place.searchParams.set('digest', sha256(bytes));
  return fetch(place, { method: 'PUT', body: new Uint8Array(bytes) });
}

describe('a quota', () => {
  it('refuses what is too much, says how much there is, and keeps what was there', async () => {
    await using registry = await bounded();
    assert.equal((await upload(registry.url, 'small/a', randomBytes(6000))).status, 201);
    const refused = await upload(registry.url, 'small/a', randomBytes(6000));
    assert.equal(refused.status, 403);
    const { errors } = (await refused.json()) as { errors: { code: string; message: string }[] };
    assert.equal(errors[0]?.code, 'DENIED');
    assert.match(
      String(errors[0]?.message),
      /^"small\/a" has 5\.9 KB of the 10\.0 KB it may have; 5\.9 KB more are too much$/,
    );
    assert.equal((await registry.storage.usage('small/a')).bytes, 6000);
    assert.equal((await upload(registry.url, 'large', randomBytes(60_000))).status, 201);
  });

  it('is not passed by chunks, by mounts, by many at once', async () => {
    await using registry = await bounded();
    const place = await begin(registry.url, 'small/chunks');
    const statuses: number[] = [];
    for (let turn = 0; turn < 3; turn += 1)
      statuses.push(
        (await fetch(place, { method: 'PATCH', body: new Uint8Array(randomBytes(4000)) })).status,
      );
    assert.deepEqual(statuses, [202, 202, 403]);
    const { digest } = await pushBlob(registry.storage, 'large', randomBytes(20_000));
    const mount = await fetch(`${registry.url}/v2/small/mount/blobs/uploads/?mount=${digest}&from=large`, {
      method: 'POST',
    });
    assert.equal(mount.status, 403);
    assert.equal((await registry.storage.usage('small/mount')).bytes, 0);
    const many = await Promise.all(
      Array.from({ length: 6 }, () => upload(registry.url, 'small/many', randomBytes(4000))),
    );
    assert.equal(many.filter(({ status }) => status === 201).length, 2);
    assert.ok((await registry.storage.usage('small/many')).bytes <= 10_240);
    const metrics = await fetch(`${registry.url}/metrics`).then((response) => response.text());
    assert.match(metrics, /caisson_registry_quota_refusals_total [1-9]/);
  });

  it('refuses nobody for a mount that is too large itself', async () => {
    await using registry = await bounded();
    const small = await pushBlob(registry.storage, 'large', randomBytes(1000));
    const large = await pushBlob(registry.storage, 'large', randomBytes(60_000));
    const mount = async ({ digest }: { readonly digest: string }) => {
      const query = `mount=${digest}&from=large`;
      const { status } = await fetch(`${registry.url}/v2/small/y/blobs/uploads/?${query}`, {
        method: 'POST',
      });
      return status;
    };
    const asked = Array.from({ length: 10 }, () =>
      Promise.all([mount(large), begin(registry.url, 'small/y')]),
    );
    assert.deepEqual(
      (await Promise.all(asked)).map(([status]) => status),
      asked.map(() => 403),
    );
    assert.deepEqual(await Promise.all([mount(large), mount(small), mount(large)]), [403, 201, 403]);
    assert.equal((await registry.storage.usage('small/y')).bytes, 1000);
  });

  it('does not count twice what is there', async () => {
    await using registry = await bounded();
    const bytes = randomBytes(5000);
    for (let turn = 0; turn < 3; turn += 1)
      assert.equal((await upload(registry.url, 'small/same', bytes)).status, 201);
  });
});

describe('a protected tag', () => {
  const putTag = (url: string, tag: string, annotation: string) =>
    fetch(`${url}/v2/team/app/manifests/${tag}`, {
      method: 'PUT',
      headers: { 'content-type': mediaTypes.ociIndex },
      body: JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociIndex,
        manifests: [],
        annotations: { a: annotation },
      }),
    });

  it('is set once, and neither moved nor deleted', async () => {
    await using registry = await bounded();
    const first = await putTag(registry.url, 'v1', 'one');
    assert.equal(first.status, 201);
    assert.equal((await putTag(registry.url, 'v1', 'one')).status, 201);
    const moved = await putTag(registry.url, 'v1', 'two');
    assert.equal(moved.status, 403);
    assert.match(await moved.text(), /The tag \\"v1\\" of \\"team\/app\\" is protected: it cannot be moved/);
    const digest = first.headers.get('docker-content-digest');
    for (const reference of ['v1', digest])
      assert.equal(
        (await fetch(`${registry.url}/v2/team/app/manifests/${reference}`, { method: 'DELETE' })).status,
        403,
      );
    assert.equal((await putTag(registry.url, 'dev', 'one')).status, 201);
    assert.equal((await putTag(registry.url, 'dev', 'two')).status, 201);
    assert.equal(
      (await fetch(`${registry.url}/v2/team/app/manifests/dev`, { method: 'DELETE' })).status,
      202,
    );
  });
});

describe('collection while serving', () => {
  it('applies retention and frees what it let go', async () => {
    await using registry = await bounded({ interval: 50, grace: 3000 });
    await pushImage(registry.storage, 'old', 'a', 1);
    await delay(5);
    await pushImage(registry.storage, 'old', 'b', 1);
    const tags = async () => (await registry.storage.tags('old', {})).map(({ name }) => name);
    for (const deadline = Date.now() + 20_000; (await tags()).length > 1; await delay(20))
      assert.ok(Date.now() < deadline);
    assert.deepEqual(await tags(), ['b']);
    await pushBlob(registry.storage, 'other');
    for (
      const deadline = Date.now() + 20_000;
      (await registry.storage.blobs('other', {})).length > 0;
      await delay(20)
    )
      assert.ok(Date.now() < deadline);
    assert.match(
      await fetch(`${registry.url}/metrics`).then((response) => response.text()),
      /caisson_registry_collections_total\{outcome="done"\} \d+/,
    );
    assert.deepEqual(registry.warnings, []);
  });
});
