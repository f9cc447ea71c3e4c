// Pulling from Debian's docker-registry: every form of layers, manifests and indexes, with digests and trees as they were pushed.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { mediaTypes } from '../../../src/oci/index.ts';
import type { Store } from '../../../src/store/index.ts';
import { describeTree } from '../../store/layers/tree.ts';
import { cannotRunDockerRegistry, dockerRegistry } from '../../support/docker-registry.ts';
import { outcomes, puller } from './puller.ts';
import { imageOf, indexOf, layerOf, type Sample, upload, withoutPlatform } from './samples.ts';

const docker = 'application/vnd.docker.image.rootfs.diff.tar';
const base = layerOf([
  { name: 'etc', type: 'directory', mode: 0o755 },
  { name: 'etc/hosts', content: '127.0.0.1 localhost\n' },
  { name: 'link', type: 'symlink', linkName: 'etc/hosts' },
]);
const removal = layerOf([
  { name: 'etc/.wh.hosts' },
  { name: 'etc/new', content: 'n'.repeat(200_000), uid: 7, gid: 8 },
]);

const forms = [
  ['gzip', layerOf([{ name: 'gzip', content: 'x' }])],
  [
    'gzip of several members',
    layerOf([{ name: 'members', content: 'y'.repeat(5000) }], {
      compress: (tar) => Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))]),
    }),
  ],
  [
    'zstd',
    layerOf([{ name: 'zstd', content: 'z' }], {
      mediaType: mediaTypes.ociLayerZstd,
      compress: zstdCompressSync,
    }),
  ],
  [
    'a plain tar',
    layerOf([{ name: 'plain', content: 'p' }], { mediaType: mediaTypes.ociLayer, compress: (tar) => tar }),
  ],
] as const;

/** Lines of the merged tree, as a container would see it. */
function treeOf(store: Store, layers: readonly string[]): readonly string[] {
  return layers.map((id) => describeTree(store.layers.driver.lower([id])[0] ?? '').join('\n'));
}

describe('pull', { skip: cannotRunDockerRegistry }, () => {
  it('gives manifest, config and layers as they were pushed', async (t) => {
    await using registry = await dockerRegistry();
    const sample = imageOf([base, removal]);
    await upload(registry.url, 'team/app', '1', sample);
    const { store, pull } = await puller(t);
    const { name, digest, upToDate, image, events } = await pull(`${registry.domain}/team/app:1`);
    assert.deepEqual(
      { name, digest, upToDate },
      { name: `${registry.domain}/team/app:1`, digest: sample.descriptor.digest, upToDate: false },
    );
    assert.deepEqual(image.names, [name]);
    for (const [blob, bytes] of sample.blobs) assert.deepEqual(store.content.read(blob), bytes);
    assert.deepEqual(store.content.read(digest), sample.bytes);
    const [first = '', second = ''] = treeOf(store, image.layers);
    assert.match(first, /100644 1 0:0 \d+ .* \/etc\/hosts 127\.0\.0\.1 localhost/);
    assert.match(second, /whiteout \/etc\/hosts/);
    assert.match(second, /100644 1 7:8 \d+ .* \/etc\/new nnn/);
    assert.deepEqual(
      image.layers.map((id) => store.layers.get(id)?.blob?.digest),
      [base, removal].map(({ descriptor }) => descriptor.digest),
    );
    assert.deepEqual(outcomes(events), {
      [`[internal] load metadata for ${name}`]: 'done',
      [`pulling ${base.descriptor.digest}`]: 'done',
      [`pulling ${removal.descriptor.digest}`]: 'done',
    });
    const received = events.filter((event) => event.kind === 'progress').map(({ current }) => current);
    assert.ok(received.includes(base.descriptor.size) && received.includes(removal.descriptor.size));
    assert.deepEqual(await store.check(), []);
  });

  for (const [form, layer] of forms)
    it(`unpacks ${form}`, async (t) => {
      await using registry = await dockerRegistry();
      await upload(registry.url, 'app', '1', imageOf([layer]));
      const { store, pull } = await puller(t);
      const { image } = await pull(`${registry.domain}/app:1`);
      assert.equal(store.layers.get(image.layers[0] ?? '')?.diff?.diffId, layer.diffId);
    });

  it('takes Docker’s schema 2 and its manifest lists', async (t) => {
    await using registry = await dockerRegistry();
    const layer = layerOf([{ name: 'd', content: 'd' }], { mediaType: `${docker}.gzip` });
    const sample = indexOf([imageOf([layer], { docker: true })], true);
    await upload(registry.url, 'app', '1', sample);
    const { store, pull } = await puller(t);
    const { digest, image } = await pull(`${registry.domain}/app:1`);
    assert.equal(digest, sample.descriptor.digest);
    assert.equal(image.manifest.mediaType, mediaTypes.dockerManifest);
    assert.deepEqual(store.content.read(digest), sample.bytes);
    assert.equal(store.images.findIndex(`${registry.domain}/app:1`)?.digest, digest);
  });

  it('asks for nothing but the manifest when everything is there', async (t) => {
    await using registry = await dockerRegistry();
    await upload(registry.url, 'app', '1', imageOf([base, removal]));
    const { pull } = await puller(t);
    await pull(`${registry.domain}/app:1`);
    const before = registry.requests().length;
    const { upToDate, events } = await pull(`${registry.domain}/app:1`);
    assert.equal(upToDate, true);
    assert.equal(outcomes(events)[`pulling ${base.descriptor.digest}`], 'cached');
    const asked = registry
      .requests()
      .slice(before)
      .filter((line) => !/ \/v2\/ /.test(line));
    assert.deepEqual(asked, ['GET /v2/app/manifests/1 200']);
  });

  it('downloads no layer that is there, and each layer once', async (t) => {
    await using registry = await dockerRegistry();
    await upload(registry.url, 'one', '1', imageOf([base]));
    await upload(registry.url, 'two', '1', imageOf([base, removal, base, removal]));
    const { pull } = await puller(t);
    await pull(`${registry.domain}/one:1`);
    const before = registry.requests().length;
    const { image } = await pull(`${registry.domain}/two:1`);
    assert.equal(image.layers.length, 4);
    assert.equal(image.layers[0], image.layers[2]);
    const layers = registry
      .requests()
      .slice(before)
      .filter((line) => line.includes('/blobs/'));
    assert.equal(layers.filter((line) => line.includes(removal.descriptor.digest)).length, 1);
    assert.equal(layers.filter((line) => line.includes(base.descriptor.digest)).length, 0);
  });

  it('downloads a known layer in another form, so that each image is whole', async (t) => {
    await using registry = await dockerRegistry();
    const tar = { mediaType: mediaTypes.ociLayerZstd as string, compress: zstdCompressSync };
    const again = layerOf(gunzipSync(base.bytes), tar);
    assert.equal(again.diffId, base.diffId);
    await upload(registry.url, 'gzip', '1', imageOf([base]));
    await upload(registry.url, 'zstd', '1', imageOf([again]));
    const { store, pull } = await puller(t);
    const first = await pull(`${registry.domain}/gzip:1`);
    const second = await pull(`${registry.domain}/zstd:1`);
    assert.deepEqual(second.image.layers, first.image.layers);
    assert.deepEqual(store.content.read(again.descriptor.digest), again.bytes);
    const before = registry.requests().length;
    assert.equal((await pull(`${registry.domain}/zstd:1`)).upToDate, true);
    assert.ok(
      !registry
        .requests()
        .slice(before)
        .some((line) => line.includes('/blobs/')),
    );
    assert.deepEqual(await store.check(), []);
  });

  it('takes images without layers, and layers without files', async (t) => {
    await using registry = await dockerRegistry();
    const { pull } = await puller(t);
    await upload(registry.url, 'none', '1', imageOf([]));
    await upload(registry.url, 'empty', '1', imageOf([layerOf([])]));
    assert.deepEqual((await pull(`${registry.domain}/none:1`)).image.layers, []);
    assert.equal((await pull(`${registry.domain}/empty:1`)).image.layers.length, 1);
  });

  it('moves a name to the newer image', async (t) => {
    await using registry = await dockerRegistry();
    const { store, pull } = await puller(t);
    const name = `${registry.domain}/app:1`;
    await upload(registry.url, 'app', '1', imageOf([base]));
    const old = await pull(name);
    await upload(registry.url, 'app', '1', imageOf([removal]));
    const newer = await pull(name);
    assert.equal(newer.upToDate, false);
    assert.notEqual(newer.digest, old.digest);
    assert.equal(store.images.find(name)?.manifestDigest, newer.digest);
    assert.deepEqual(store.images.find(old.digest)?.names, []);
  });

  it('finds by name and digest what was pulled by them, and gives it no tag', async (t) => {
    await using registry = await dockerRegistry();
    const { store, pull } = await puller(t);
    const sample = imageOf([base]);
    await upload(registry.url, 'app', '1', sample);
    const name = `${registry.domain}/app@${sample.descriptor.digest}`;
    assert.equal((await pull(name)).name, name);
    assert.deepEqual(store.images.find(name)?.names, []);
    assert.equal(store.images.find(`${registry.domain}/other@${sample.descriptor.digest}`), undefined);
    assert.equal((await pull(name)).upToDate, true);
  });
});

const platform = (architecture: string, variant?: string) => ({
  os: 'linux',
  architecture,
  ...(variant ? { variant } : {}),
});
const architectures: readonly Sample[] = [
  imageOf([layerOf([{ name: 'arm', content: 'a' }])], { platform: platform('arm', 'v6') }),
  imageOf([base], { platform: platform('amd64') }),
  imageOf([removal], { platform: platform('arm64') }),
];
const artifact = withoutPlatform(
  imageOf([layerOf(Buffer.from('{}'), { mediaType: 'application/json', compress: (bytes) => bytes })], {
    manifest: { artifactType: 'application/vnd.example.sbom' },
  }),
);

describe('pull from an index', { skip: cannotRunDockerRegistry }, () => {
  const choices = [
    [undefined, 'amd64'],
    [platform('arm64'), 'arm64'],
    [platform('arm', 'v7'), 'arm'],
  ] as const;
  for (const [wanted, found] of choices)
    it(`takes ${found} for ${wanted ? `${wanted.architecture} ${'variant' in wanted ? wanted.variant : ''}` : 'this machine'}`, async (t) => {
      await using registry = await dockerRegistry();
      await upload(registry.url, 'app', '1', indexOf(architectures));
      const { store, pull } = await puller(t);
      const { image } = await pull(`${registry.domain}/app:1`, wanted ? { platform: wanted } : {});
      assert.equal(image.platform.architecture, found);
      assert.equal(store.images.list().length, 1);
    });

  it('adds a platform to those that are there', async (t) => {
    await using registry = await dockerRegistry();
    await upload(registry.url, 'app', '1', indexOf(architectures));
    const { store, pull } = await puller(t);
    const name = `${registry.domain}/app:1`;
    await pull(name);
    await pull(name, { platform: platform('arm64') });
    assert.equal(store.images.findIndex(name)?.images.length, 2);
    assert.equal(store.images.find(name)?.platform.architecture, 'amd64');
    assert.equal(store.images.find(name, platform('arm64'))?.platform.architecture, 'arm64');
  });

  it('takes all platforms with what is attached to them', async (t) => {
    await using registry = await dockerRegistry();
    const statement = layerOf(Buffer.from('{"predicate":{}}'), {
      mediaType: 'application/vnd.in-toto+json',
      compress: (bytes) => bytes,
    });
    const attestation = imageOf([statement], { platform: { os: 'unknown', architecture: 'unknown' } });
    const attached: Sample = {
      ...attestation,
      descriptor: {
        ...attestation.descriptor,
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      },
    };
    await upload(registry.url, 'app', '1', indexOf([...architectures, attached]));
    const { store, pull } = await puller(t);
    const { image } = await pull(`${registry.domain}/app:1`, { allPlatforms: true });
    assert.equal(image.platform.architecture, 'amd64');
    const index = store.images.findIndex(`${registry.domain}/app:1`);
    assert.equal(index?.images.length, 3);
    for (const [digest, bytes] of [...attached.blobs, [attached.descriptor.digest, attached.bytes] as const])
      assert.deepEqual(store.content.read(digest), bytes);
    assert.deepEqual(await store.check(), []);
  });

  it('says which platforms there are where none fits', async (t) => {
    await using registry = await dockerRegistry();
    await upload(registry.url, 'app', '1', indexOf(architectures));
    const { store, pull } = await puller(t);
    await assert.rejects(pull(`${registry.domain}/app:1`, { platform: platform('s390x') }), {
      code: 'PLATFORM_NOT_FOUND',
      message: `no matching manifest for linux/s390x in the manifest list entries of "${registry.domain}/app:1"`,
      hint: 'It has linux/arm/v6, linux/amd64, linux/arm64: name one of them with --platform.',
    });
    assert.deepEqual(store.images.list(), []);
  });

  it('asks the configs for platforms that the index does not say', async (t) => {
    await using registry = await dockerRegistry();
    const unsaid = architectures.map(withoutPlatform);
    await upload(registry.url, 'app', '1', indexOf([artifact, ...unsaid]));
    const { store, pull } = await puller(t);
    const name = `${registry.domain}/app:1`;
    for (const architecture of ['amd64', 'arm64']) {
      const { image } = await pull(name, { platform: platform(architecture) });
      assert.equal(image.platform.architecture, architecture);
      assert.equal(store.images.find(name, platform(architecture))?.id, image.id);
    }
    await assert.rejects(pull(name, { platform: platform('s390x') }), {
      hint: 'It has linux/arm/v6, linux/amd64, linux/arm64: name one of them with --platform.',
    });
    const manifests = registry.requests().filter((line) => line.includes(unsaid[1]?.descriptor.digest ?? ''));
    assert.equal(manifests.filter((line) => line.startsWith('GET')).length, 1);
    assert.deepEqual(await store.check(), []);
  });

  it('believes what the index says of platforms without reading the other entries', async (t) => {
    await using registry = await dockerRegistry();
    const [, amd64, arm64] = architectures;
    assert.ok(amd64 && arm64);
    await upload(registry.url, 'app', '1', indexOf([withoutPlatform(arm64), amd64]));
    const { pull } = await puller(t);
    const { image } = await pull(`${registry.domain}/app:1`, { platform: platform('amd64') });
    assert.equal(image.manifestDigest, amd64.descriptor.digest);
    assert.ok(
      !registry
        .requests()
        .some((line) => line.startsWith(`GET /v2/app/manifests/${arm64.descriptor.digest}`)),
    );
  });

  it('takes the image of a platform out of indexes within the index, by itself', async (t) => {
    await using registry = await dockerRegistry();
    const [armv6, amd64, arm64] = architectures;
    assert.ok(armv6 && amd64 && arm64);
    const sample = indexOf([armv6, indexOf([artifact, indexOf([arm64, withoutPlatform(amd64)])])]);
    await upload(registry.url, 'app', '1', sample);
    const { store, pull } = await puller(t);
    const name = `${registry.domain}/app:1`;
    for (const upToDate of [false, true]) {
      const pulled = await pull(name, { platform: platform('amd64') });
      assert.deepEqual([pulled.digest, pulled.upToDate], [sample.descriptor.digest, upToDate]);
      assert.equal(pulled.image.manifestDigest, amd64.descriptor.digest);
      assert.deepEqual(pulled.image.names, [name]);
    }
    await assert.rejects(pull(name, { allPlatforms: true }), {
      code: 'FORMAT_UNFIT',
      message: /^The index lists another index, "sha256:/,
    });
    const repository = `${registry.domain}/app`;
    await assert.rejects(pull(`${repository}@${sample.descriptor.digest}`, { platform: platform('amd64') }), {
      code: 'FORMAT_UNFIT',
      hint: `Name the image by its own digest: "${repository}@${amd64.descriptor.digest}".`,
    });
    assert.ok(store.images.find(`${repository}@${amd64.descriptor.digest}`));
    assert.deepEqual(store.images.listIndexes(), []);
    assert.deepEqual(await store.check(), []);
  });

  it('keeps artifacts of an index beside its images when all platforms are taken', async (t) => {
    await using registry = await dockerRegistry();
    const sample = indexOf([artifact, ...architectures]);
    await upload(registry.url, 'app', '1', sample);
    const { store, pull } = await puller(t);
    const { digest } = await pull(`${registry.domain}/app:1`, { allPlatforms: true });
    assert.equal(store.images.findIndex(digest)?.images.length, 3);
    for (const [blob, bytes] of [...artifact.blobs, [artifact.descriptor.digest, artifact.bytes] as const])
      assert.deepEqual(store.content.read(blob), bytes);
    assert.deepEqual(await store.check(), []);
  });

  it('is up to date where the name gives the same image with layers in another form', async (t) => {
    await using registry = await dockerRegistry();
    const plain = layerOf([{ name: 'same', content: 's' }], {
      mediaType: mediaTypes.ociLayer,
      compress: (tar) => tar,
    });
    await upload(registry.url, 'app', '1', imageOf([plain]));
    const { pull } = await puller(t);
    const name = `${registry.domain}/app:1`;
    const first = await pull(name);
    const pressed = imageOf([layerOf([{ name: 'same', content: 's' }])]);
    await upload(registry.url, 'app', '1', pressed);
    const second = await pull(name);
    assert.notEqual(second.digest, first.digest);
    assert.deepEqual([second.image.id, second.upToDate], [first.image.id, true]);
  });

  it('is not up to date where the name gave another platform only', async (t) => {
    await using registry = await dockerRegistry();
    await upload(registry.url, 'app', '1', indexOf(architectures));
    const { pull } = await puller(t);
    const name = `${registry.domain}/app:1`;
    await pull(name, { platform: platform('amd64') });
    assert.equal((await pull(name, { platform: platform('arm64') })).upToDate, false);
    assert.equal((await pull(name, { allPlatforms: true })).upToDate, false);
    assert.equal((await pull(name, { allPlatforms: true })).upToDate, true);
  });
});
