// Images of several platforms, saved and loaded.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { hostPlatform, type Index } from '../../../src/oci/index.ts';
import type { ArchiveFormat } from '../../../src/store/index.ts';
import { addIndexOf, foreign, temporaryFolder, temporaryStore } from '../sample.ts';

const name = 'docker.io/library/app:latest';

describe('an archive of an index', () => {
  for (const format of ['oci-archive', 'docker-archive', 'oci-dir'] satisfies ArchiveFormat[])
    it(`in the form ${format} carries all platforms and attestations under one digest`, async (t) => {
      const [source, target] = [await temporaryStore(t), await temporaryStore(t)];
      const index = addIndexOf(source, 'app', ['app']);
      const image = source.images.find('app');
      assert.ok(image);
      const file = join(temporaryFolder(t), 'archive');
      await source.save([{ image, index, names: [name] }], file, format);
      const loaded = await target.load(file);
      assert.deepEqual(
        loaded.map(({ manifestDigest, names }) => [manifestDigest, names]),
        [[image.manifestDigest, [name]]],
      );
      const { digest, blobs, names, images } = target.images.findIndex('app') ?? {};
      assert.deepEqual({ digest, blobs, names }, { digest: index.digest, blobs: index.blobs, names: [name] });
      assert.deepEqual(
        images?.map(({ manifestDigest }) => manifestDigest),
        index.images.map(({ manifestDigest }) => manifestDigest),
      );
      await target.collect();
      assert.deepEqual(await target.check(), []);
    });

  it('gives one image when a platform is asked for', async (t) => {
    const [source, target] = [await temporaryStore(t), await temporaryStore(t)];
    const index = addIndexOf(source, 'app', ['app']);
    const image = source.images.find('app', foreign);
    assert.ok(image);
    const folder = join(temporaryFolder(t), 'layout');
    await source.save([{ image, index, names: [name] }], folder, 'oci-dir');
    await target.load(folder, { platform: foreign });
    assert.equal(target.images.findIndex('app'), undefined);
    assert.equal(target.images.find('app')?.manifestDigest, image.manifestDigest);
    const absent = { os: 'plan9', architecture: '386' };
    await assert.rejects(target.load(folder, { platform: absent }), { code: 'PLATFORM_NOT_FOUND' });
  });

  it('holds one image where the index is left out', async (t) => {
    const source = await temporaryStore(t);
    addIndexOf(source, 'app', ['app']);
    const image = source.images.find('app', hostPlatform());
    assert.ok(image);
    const folder = join(temporaryFolder(t), 'layout');
    await source.save([{ image, names: [name] }], folder, 'oci-dir');
    const { manifests } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Index;
    assert.deepEqual(
      manifests.map(({ digest }) => digest),
      [image.manifestDigest],
    );
  });
});
