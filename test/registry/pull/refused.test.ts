// What a registry may send that is no image, or not the one it says: refused, and nothing of it is left.

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mediaTypes } from '../../../src/oci/index.ts';
import type { Store } from '../../../src/store/index.ts';
import type { Member } from '../../oci/tar/archive.ts';
import { lyingRegistry, type Sending } from './lying-registry.ts';
import { puller } from './puller.ts';
import { imageOf, indexOf, layerOf, type Sample, withoutPlatform } from './samples.ts';

/** Nothing visible and nothing left over. */
function assertUntouched(store: Store): void {
  assert.deepEqual(store.images.list(), []);
  for (const folder of ['layers', 'drafts', 'ingest', 'partial']) {
    const path = join(store.root, folder);
    assert.deepEqual(existsSync(path) ? readdirSync(path) : [], [], folder);
  }
}

const noise = (size: number, seed: number): Buffer =>
  Buffer.from(
    Uint32Array.from({ length: size / 4 }, (_, index) => Math.imul(index + seed, 2654435761)).buffer,
  );
const layer = layerOf([{ name: 'file', content: noise(400_000, 1) }]);
const other = layerOf([{ name: 'file', content: noise(400_000, 2) }]);

/** A layer that is bytes of another one's digest and size. */
const disguised = {
  ...layer,
  descriptor: { ...layer.descriptor, digest: other.descriptor.digest, size: layer.bytes.length },
};

const lies: readonly (readonly [what: string, sending: Sending, code: string])[] = [
  [
    'other bytes of the same length',
    { bytes: Buffer.concat([layer.bytes.subarray(0, -9), Buffer.alloc(9)]) },
    'DIGEST_MISMATCH',
  ],
  ['garbage of the same length', { bytes: Buffer.alloc(layer.bytes.length, 7) }, 'DIGEST_MISMATCH'],
];

describe('pull refuses a layer that comes as', () => {
  for (const [what, sending, code] of lies)
    it(what, async (t) => {
      await using registry = await lyingRegistry(imageOf([layer]));
      registry.send.set(layer.descriptor.digest, sending);
      const { store, pull } = await puller(t);
      await assert.rejects(pull(`${registry.domain}/app:1`), { code });
      assertUntouched(store);
    });

  it('a body that is too short, however often it is asked for', async (t) => {
    await using registry = await lyingRegistry(imageOf([layer]));
    registry.send.set(layer.descriptor.digest, { bytes: layer.bytes.subarray(0, 1000), noRange: true });
    const { store, pull } = await puller(t);
    await assert.rejects(pull(`${registry.domain}/app:1`));
    assert.deepEqual(store.images.list(), []);
    assert.deepEqual(readdirSync(join(store.root, 'layers')), []);
  });

  it('a body that is too long', async (t) => {
    await using registry = await lyingRegistry(imageOf([layer]));
    registry.send.set(layer.descriptor.digest, { bytes: Buffer.concat([layer.bytes, noise(100_000, 3)]) });
    const { store, pull } = await puller(t);
    await assert.rejects(pull(`${registry.domain}/app:1`));
    assert.deepEqual(store.images.list(), []);
    assert.deepEqual(readdirSync(join(store.root, 'layers')), []);
  });

  it('what its config does not say', async (t) => {
    await using registry = await lyingRegistry(imageOf([layer], { diffIds: [other.diffId] }));
    const { store, pull } = await puller(t);
    await assert.rejects(pull(`${registry.domain}/app:1`), {
      code: 'LAYER_DIGEST_MISMATCH',
      message: new RegExp(`unpacks to diffID "${layer.diffId}"; the image's config says "${other.diffId}"`),
    });
    assert.deepEqual(store.images.list(), []);
    assert.deepEqual(readdirSync(join(store.root, 'layers')), []);
  });

  it('another one that is there already, in an image for another platform', async (t) => {
    const there = imageOf([layer]);
    const platform = { os: 'linux', architecture: 's390x' };
    const lie = imageOf([other], { platform, diffIds: [layer.diffId] });
    const listed = [there, { ...lie, descriptor: { ...lie.descriptor, platform } }];
    await using registry = await lyingRegistry(indexOf(listed));
    const { store, pull } = await puller(t);
    await pull(`${registry.domain}/app@${there.descriptor.digest}`);
    await assert.rejects(pull(`${registry.domain}/app:1`, { allPlatforms: true }), {
      code: 'LAYER_DIGEST_MISMATCH',
    });
    assert.equal(store.images.list().length, 1);
  });

  const hostile: readonly (readonly [what: string, members: readonly Member[]])[] = [
    ['names that climb', [{ name: '../../escaped', content: 'x' }]],
    [
      'links out of it',
      [
        { name: 'd', type: 'symlink', linkName: '/etc' },
        { name: 'x', type: 'link', linkName: '../../../etc/passwd' },
      ],
    ],
    [
      'a file used as a folder',
      [
        { name: 'f', content: '' },
        { name: 'f/g', content: '' },
      ],
    ],
  ];
  for (const [what, members] of hostile)
    it(`a tar with ${what}`, async (t) => {
      await using registry = await lyingRegistry(imageOf([layerOf(members), layer]));
      const { store, pull } = await puller(t);
      await assert.rejects(pull(`${registry.domain}/app:1`), { code: 'LAYER_INVALID' });
      assert.deepEqual(store.images.list(), []);
      assert.deepEqual(readdirSync(join(store.root, 'drafts')), []);
      assert.equal(existsSync(join(store.root, 'escaped')), false);
    });

  it('a tar that is cut off', async (t) => {
    const whole = layerOf([{ name: 'file', content: noise(4000, 4) }], { compress: (tar) => tar });
    const cut = layerOf(whole.bytes.subarray(0, 2000));
    await using registry = await lyingRegistry(imageOf([cut]));
    const { store, pull } = await puller(t);
    await assert.rejects(pull(`${registry.domain}/app:1`), { code: 'TAR_INVALID' });
    assertUntouched(store);
  });

  it('another blob of the image', async (t) => {
    await using registry = await lyingRegistry(imageOf([disguised]));
    const { store, pull } = await puller(t);
    await assert.rejects(pull(`${registry.domain}/app:1`), { code: 'DIGEST_MISMATCH' });
    assertUntouched(store);
  });
});

const image = imageOf([layer]);
const oddPlatform = {
  ...image,
  descriptor: { ...image.descriptor, platform: { os: 7, architecture: [] } },
} as unknown as Sample;

const unsaid = (count: number): Sample =>
  withoutPlatform(imageOf([], { platform: { os: 'linux', architecture: `none${count}` } }));
const deep = (levels: number): Sample => (levels === 0 ? image : indexOf([deep(levels - 1)]));

const refused: readonly (readonly [what: string, sample: Sample, code: string, message: RegExp])[] = [
  [
    'an artifact',
    imageOf([layerOf(Buffer.from('{}'), { mediaType: 'application/json', compress: (bytes) => bytes })], {
      manifest: { artifactType: 'application/vnd.example.sbom' },
    }),
    'NOT_AN_IMAGE',
    /it is an artifact of the type "application\/vnd.example.sbom"/,
  ],
  [
    'a manifest without layers',
    imageOf([], { manifest: { layers: undefined } }),
    'MANIFEST_INVALID',
    /it has no list of layers/,
  ],
  [
    'a layer of negative size',
    imageOf([], { manifest: { layers: [{ ...layer.descriptor, size: -1 }] } }),
    'MANIFEST_INVALID',
    /a descriptor has the size -1/,
  ],
  [
    'a digest with a path in it',
    imageOf([], { manifest: { layers: [{ ...layer.descriptor, digest: 'sha256:../../../etc/passwd' }] } }),
    'MANIFEST_INVALID',
    /a descriptor has the digest "sha256:\.\./,
  ],
  [
    'URLs that are no list',
    imageOf([], { manifest: { layers: [{ ...layer.descriptor, urls: 'http://host.test/' }] } }),
    'MANIFEST_INVALID',
    /a descriptor has "urls" of another type/,
  ],
  [
    'a platform of numbers',
    indexOf([oddPlatform]),
    'MANIFEST_INVALID',
    /a descriptor has "platform" of another type/,
  ],
  [
    'a config for fewer layers',
    imageOf([layer, other], { diffIds: [layer.diffId] }),
    'MANIFEST_INVALID',
    /it names 1 diffIDs for 2 layers/,
  ],
  [
    'a config without a platform',
    imageOf([], { config: { os: undefined } }),
    'MANIFEST_INVALID',
    /names no platform/,
  ],
  [
    'a config of 5 MB',
    imageOf([], { config: { padding: 'x'.repeat(5_000_000) } }),
    'BLOB_TOO_LARGE',
    /5000\d{3} bytes, more than 4194304/,
  ],
  [
    'an index of 65 images that it says no platform of',
    indexOf(Array.from({ length: 65 }, (_, count) => unsaid(count))),
    'MANIFEST_INVALID',
    /more than 64 of what it lists would have to be read/,
  ],
  ['indexes six deep', deep(6), 'MANIFEST_INVALID', /is nested more than 4 deep/],
  ['an index of nothing', indexOf([]), 'PLATFORM_NOT_FOUND', /no matching manifest for linux\/\w+ in/],
];

describe('pull refuses', () => {
  for (const [what, sample, code, message] of refused)
    it(what, async (t) => {
      await using registry = await lyingRegistry(sample);
      const { store, pull } = await puller(t);
      await assert.rejects(pull(`${registry.domain}/app:1`), { code, message });
      assertUntouched(store);
    });

  it('a manifest of schema 1', async (t) => {
    const sample = imageOf([]);
    const old = {
      ...sample,
      descriptor: {
        ...sample.descriptor,
        mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
      },
    };
    await using registry = await lyingRegistry(old, Buffer.from('{"schemaVersion":1,"fsLayers":[]}'));
    const { store, pull } = await puller(t);
    await assert.rejects(pull(`${registry.domain}/app:1`), { code: 'MANIFEST_SCHEMA1' });
    assertUntouched(store);
  });

  it('a manifest of more than 4 MiB', async (t) => {
    const sample = imageOf([], { manifest: { annotations: { long: 'x'.repeat(4_200_000) } } });
    await using registry = await lyingRegistry(sample);
    const { store, pull } = await puller(t);
    await assert.rejects(pull(`${registry.domain}/app:1`), {
      code: 'MANIFEST_INVALID',
      message: /larger than 4194304/,
    });
    assertUntouched(store);
  });

  it('an image of another platform, unless any will do', async (t) => {
    const platform = { os: 'linux', architecture: 's390x' };
    await using registry = await lyingRegistry(imageOf([], { platform }));
    const { store, pull } = await puller(t);
    const wanted = { platform: { os: 'linux', architecture: 'amd64' } };
    await assert.rejects(pull(`${registry.domain}/app:1`, wanted), {
      code: 'PLATFORM_NOT_FOUND',
      message: `"${registry.domain}/app:1" is an image for linux/s390x, not for linux/amd64`,
    });
    assertUntouched(store);
    const { events } = await pull(`${registry.domain}/app:1`, { ...wanted, anyPlatform: true });
    assert.ok(events.some(({ kind }) => kind === 'warning'));
  });
});

it('pull takes members that are null for absent, as Docker does', async (t) => {
  const layers = [{ ...layer.descriptor, urls: null, annotations: null, platform: null }];
  await using registry = await lyingRegistry(imageOf([layer], { manifest: { layers } }));
  const { store, pull } = await puller(t);
  await pull(`${registry.domain}/app:1`);
  assert.equal(store.images.list().length, 1);
});

describe('pull of a layer that must not be distributed', () => {
  it('takes it from the place that its descriptor names', async (t) => {
    const foreign = layerOf([{ name: 'foreign', content: noise(40_000, 5) }], {
      mediaType: mediaTypes.ociForeignLayerGzip,
    });
    await using place = await lyingRegistry(imageOf([foreign]));
    const urls = [
      `http://${place.domain}/v2/x/blobs/nosuch`,
      `http://${place.domain}/v2/x/blobs/${foreign.descriptor.digest}`,
    ];
    const sample = imageOf([{ ...foreign, descriptor: { ...foreign.descriptor, urls } }]);
    await using registry = await lyingRegistry({
      ...sample,
      blobs: new Map([...sample.blobs].filter(([digest]) => digest !== foreign.descriptor.digest)),
    });
    const { store, pull } = await puller(t);
    const { image } = await pull(`${registry.domain}/app:1`);
    assert.equal(store.layers.get(image.layers[0] ?? '')?.diff?.diffId, foreign.diffId);
  });
});
