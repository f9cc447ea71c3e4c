// Copying to, from and between registries, with Debian's docker-registry.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { mediaTypes, sha256 } from '../../../src/oci/index.ts';
import { descriptorOf, layoutMembers } from '../../store/archive/archives.ts';
import { cannotRunDockerRegistry, dockerRegistry } from '../../support/docker-registry.ts';
import { type SampleIndex, sampleIndex, workshop, writeMembers } from './samples.ts';

const sample = await sampleIndex();
const skip = cannotRunDockerRegistry;

function multi({ index, signature, note, blobs }: SampleIndex): ReturnType<typeof layoutMembers> {
  const annotations = { 'org.opencontainers.image.ref.name': 'multi' };
  const refers = [signature, note].map((bytes) =>
    descriptorOf(bytes, mediaTypes.ociManifest, { artifactType: 'application/vnd.test' }),
  );
  return layoutMembers([descriptorOf(index, mediaTypes.ociIndex, { annotations }), ...refers], blobs);
}

async function get(
  url: string,
): Promise<{ readonly status: number; readonly digest: string | null; readonly body: string }> {
  const accept = [mediaTypes.ociIndex, mediaTypes.ociManifest, mediaTypes.dockerManifest].join(', ');
  const answer = await fetch(url, { headers: { accept } });
  return {
    status: answer.status,
    digest: answer.headers.get('docker-content-digest'),
    body: await answer.text(),
  };
}

describe('copy to a registry', { skip }, () => {
  it('brings all an index lists and what refers to it, the tag last', async (t) => {
    await using registry = await dockerRegistry();
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi(sample));
    const target = `docker://${registry.domain}/app:1`;
    const options = { all: true, referrers: true } as const;
    await copy(`oci:${folder}/first:multi`, target, options);
    const { digest } = await get(`${registry.url}/v2/app/manifests/1`);
    assert.equal(digest, sha256(sample.index));
    const puts = registry.requests().filter((request) => request.startsWith('PUT /v2/app/manifests/'));
    assert.match(puts.at(-1) ?? '', /manifests\/1 201$/);
    await copy(target, `oci:${folder}/second:multi`, options);
    assert.deepEqual(
      readdirSync(`${folder}/second/blobs/sha256`).toSorted(),
      sample.blobs.map((bytes) => sha256(bytes).slice(7)).toSorted(),
    );
  });

  it('uploads nothing a second time', async (t) => {
    await using registry = await dockerRegistry();
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi(sample));
    const first = await copy(`oci:${folder}/first:multi`, `${registry.domain}/app:1`, { all: true });
    const second = await copy(`oci:${folder}/first:multi`, `${registry.domain}/app:2`, { all: true });
    assert.deepEqual(first.blobs, { exists: 0, mounted: 0, uploaded: 6 });
    assert.deepEqual(second.blobs, { exists: 6, mounted: 0, uploaded: 0 });
    assert.equal(second.bytes, 0);
  });

  it('by digest only what has that digest', async (t) => {
    await using registry = await dockerRegistry();
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi(sample));
    const digest = sha256(sample.index);
    await copy(`oci:${folder}/first:multi`, `${registry.domain}/app@${digest}`, { all: true });
    assert.equal((await get(`${registry.url}/v2/app/manifests/${digest}`)).status, 200);
    await assert.rejects(
      copy(`oci:${folder}/first:multi`, `${registry.domain}/app@${sha256('other')}`, { all: true }),
      { code: 'DIGEST_MISMATCH' },
    );
  });

  it('leaves no tag when it is interrupted', async (t) => {
    await using registry = await dockerRegistry();
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi(sample));
    const abort = new AbortController();
    const stopped = copy(`oci:${folder}/first:multi`, `${registry.domain}/app:1`, {
      all: true,
      signal: abort.signal,
      onEvent: ({ kind }) => kind === 'vertex-ended' && abort.abort(new Error('stopped')),
    });
    await assert.rejects(stopped, /stopped/);
    assert.equal((await get(`${registry.url}/v2/app/manifests/1`)).status, 404);
    await copy(`oci:${folder}/first:multi`, `${registry.domain}/app:1`, { all: true });
  });
});

describe('copy from registry to registry', { skip }, () => {
  it('mounts within one registry: no blob passes', async (t) => {
    await using registry = await dockerRegistry();
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi(sample));
    await copy(`oci:${folder}/first:multi`, `${registry.domain}/a/app:1`, { all: true });
    const before = registry.requests().length;
    const result = await copy(`${registry.domain}/a/app:1`, `${registry.domain}/b/app:1`, { all: true });
    assert.deepEqual(result.blobs, { exists: 0, mounted: 6, uploaded: 0 });
    const after = registry.requests().slice(before);
    assert.deepEqual(
      after.filter((request) => /^(PATCH|PUT .*\/blobs|GET .*\/blobs)/.test(request)),
      [],
    );
  });

  it('mounts in a registry what was copied there before, from wherever it came', async (t) => {
    await using registry = await dockerRegistry();
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi(sample));
    await copy(`oci:${folder}/first:multi`, `${registry.domain}/a/app:1`, { all: true });
    const result = await copy(`oci:${folder}/first:multi`, `${registry.domain}/b/app:1`, { all: true });
    assert.deepEqual(result.blobs, { exists: 0, mounted: 6, uploaded: 0 });
  });

  it('streams between two: equal digests, nothing on the disk', async (t) => {
    await using one = await dockerRegistry();
    await using two = await dockerRegistry();
    const { folder, copy, store } = await workshop(t);
    writeMembers(`${folder}/first`, multi(sample));
    await copy(`oci:${folder}/first:multi`, `${one.domain}/app:1`, { all: true, referrers: true });
    const options = { all: true, referrers: true } as const;
    const result = await copy(`${one.domain}/app:1`, `${two.domain}/other:2`, options);
    assert.equal(result.descriptor.digest, sha256(sample.index));
    assert.deepEqual(result.blobs, { exists: 0, mounted: 0, uploaded: 6 });
    assert.deepEqual(readdirSync(`${store.root}/blobs/sha256`), []);
    await copy(`${two.domain}/other:2`, `oci:${folder}/second`, options);
    assert.equal(readdirSync(`${folder}/second/blobs/sha256`).length, sample.blobs.length);
  });

  it('takes one platform where not all are asked for', async (t) => {
    await using registry = await dockerRegistry();
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi(sample));
    await copy(`oci:${folder}/first:multi`, `${registry.domain}/app:1`, { all: true });
    const platform = { os: 'linux', architecture: 'arm64' };
    const { descriptor } = await copy(`${registry.domain}/app:1`, `${registry.domain}/arm:1`, { platform });
    assert.equal(descriptor.digest, sha256(sample.arm64.manifest));
  });
});

describe('copy between registry and store', { skip }, () => {
  it('keeps the digest both ways', async (t) => {
    await using registry = await dockerRegistry();
    const { folder, copy, store } = await workshop(t);
    writeMembers(`${folder}/first`, multi(sample));
    await copy(`oci:${folder}/first:multi`, `${registry.domain}/app:1`, { all: true });
    await copy(`${registry.domain}/app:1`, 'store:app:1', { all: true });
    assert.equal(store.images.findIndex('app:1')?.digest, sha256(sample.index));
    for (const bytes of [sample.index, sample.arm64.manifest, sample.arm64.blob])
      assert.deepEqual(store.blobSources.of(sha256(bytes)), [`${registry.domain}/app`]);
    await copy('store:app:1', `${registry.domain}/back:1`, { all: true });
    assert.equal((await get(`${registry.url}/v2/back/manifests/1`)).digest, sha256(sample.index));
    assert.deepEqual(await store.check(), []);
  });

  it('says what is not there', async (t) => {
    await using registry = await dockerRegistry();
    const { copy } = await workshop(t);
    await assert.rejects(copy(`${registry.domain}/none:1`, 'store:app:1'), { code: 'MANIFEST_NOT_FOUND' });
    await assert.rejects(copy('store:none:1', `${registry.domain}/app:1`), { code: 'IMAGE_NOT_FOUND' });
  });
});

const execute = promisify(execFile);
const noSkopeo: string | false = await execute('skopeo', ['--version']).then(
  () => false as const,
  () => 'skopeo is not installed',
);

describe('copy and skopeo', { skip: skip || noSkopeo }, () => {
  it('make the same of an index', async (t) => {
    await using registry = await dockerRegistry();
    const { folder, copy } = await workshop(t);
    // What is not compressed, skopeo compresses.
    writeMembers(`${folder}/first`, multi(await sampleIndex(true)));
    const skopeo = (...args: readonly string[]) =>
      execute('skopeo', ['copy', '-q', '--insecure-policy', ...args]);
    await skopeo(
      '--all',
      '--dest-tls-verify=false',
      `oci:${folder}/first:multi`,
      `docker://${registry.domain}/app:skopeo`,
    );
    await copy(`oci:${folder}/first:multi`, `${registry.domain}/app:ours`, { all: true });
    const [theirs, ours] = await Promise.all(
      ['skopeo', 'ours'].map((tag) => get(`${registry.url}/v2/app/manifests/${tag}`)),
    );
    assert.equal(ours?.digest, theirs?.digest);
    await skopeo(
      '--all',
      '--src-tls-verify=false',
      `docker://${registry.domain}/app:ours`,
      `oci:${folder}/theirs:t`,
    );
    await copy(`${registry.domain}/app:ours`, `oci:${folder}/ours:t`, { all: true });
    assert.deepEqual(
      readdirSync(`${folder}/ours/blobs/sha256`),
      readdirSync(`${folder}/theirs/blobs/sha256`),
    );
  });
});
