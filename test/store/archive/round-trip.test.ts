// Images saved in every form and loaded again.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { hostPlatform, mediaTypes, sha256 } from '../../../src/oci/index.ts';
import type { ArchiveFormat, Store } from '../../../src/store/index.ts';
import { compressedForms } from '../../support/compress.ts';
import { manifestOf, temporaryFolder, temporaryStore } from '../sample.ts';
import { descriptorOf, imageLayout, layoutMembers, sampleImage, streamOf, tarOf } from './archives.ts';

const formats: readonly ArchiveFormat[] = ['docker-archive', 'oci-archive', 'oci-dir', 'docker-dir'];

describe('saving and loading', () => {
  for (const format of formats) {
    for (const gzip of [false, true]) {
      it(`gives the same image by digest and name: ${format}, ${gzip ? 'gzip' : 'plain'} layers`, async (t) => {
        const [one, two] = [await temporaryStore(t), await temporaryStore(t)];
        const [image] = await one.load(streamOf(await tarOf(imageLayout(await sampleImage({ gzip })))));
        assert.ok(image);
        const target = join(temporaryFolder(t), 'saved');
        await one.save([{ image, names: image.names }], target, format);
        const [again] = await two.load(target);
        assert.deepEqual(
          [again?.manifestDigest, again?.names],
          [image.manifestDigest, ['docker.io/library/sample:1']],
        );
        const blob = image.manifest.layers[0]?.digest ?? '';
        assert.deepEqual(two.content.read(blob), one.content.read(blob));
        assert.deepEqual(await two.check(), []);
      });
    }
  }

  it('makes the tar of a built layer from its folder', async (t) => {
    const [one, two] = [await temporaryStore(t), await temporaryStore(t)];
    const draft = one.layers.draft();
    writeFileSync(join(draft.upper, 'hello'), 'world');
    const { id } = one.layers.keep(draft);
    const { diffId, size } = await one.layers.diff(id);
    const { os, architecture } = hostPlatform();
    const config = Buffer.from(
      JSON.stringify({ os, architecture, rootfs: { type: 'layers', diff_ids: [diffId] } }),
    );
    const manifest = manifestOf(config, [{ mediaType: mediaTypes.ociLayer, digest: diffId, size }]);
    const image = one.images.add({ config, manifest, layers: [id], names: ['built'] });
    const output = new PassThrough();
    const [bytes] = await Promise.all([
      buffer(output),
      one.save([{ image, names: image.names }], output, 'docker-archive'),
    ]);
    assert.equal(one.content.has(diffId), false);
    const [loaded] = await two.load(streamOf(bytes));
    assert.equal(loaded?.manifestDigest, image.manifestDigest);
    const view = two.layers.view(loaded?.layers ?? []);
    assert.equal(view.read('/hello')?.toString(), 'world');
  });

  it('writes nothing when a layer is lost, and over no folder that is in use', async (t) => {
    const store = await temporaryStore(t);
    const [image] = await store.load(streamOf(await tarOf(imageLayout(await sampleImage({ gzip: true })))));
    assert.ok(image);
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'mine'), '');
    const saved = [{ image, names: [] }];
    await assert.rejects(store.save(saved, folder, 'oci-dir'), { code: 'TARGET_EXISTS' });
    const blob = store.content.path(image.manifest.layers[0]?.digest ?? '');
    writeFileSync(blob, Buffer.alloc(readFileSync(blob).length));
    await assert.rejects(store.save(saved, join(folder, 'a.tar'), 'oci-archive'), { code: 'BLOB_CORRUPT' });
    assert.deepEqual(readdirSync(folder), ['mine']);
  });
});

describe('loading what others write', () => {
  it('takes a docker-archive of before image layouts, with links between layers', async (t) => {
    const store = await temporaryStore(t);
    const { layer, config } = await sampleImage();
    const name = `${sha256(config).slice(7)}.json`;
    const manifest = [{ Config: name, RepoTags: ['old:1', 'old:2'], Layers: ['b/layer.tar'] }];
    const tar = await tarOf([
      ['a/layer.tar', layer],
      { name: 'b/layer.tar', type: 'symlink', linkname: '../a/layer.tar' },
      [name, config],
      ['manifest.json', JSON.stringify(manifest)],
    ]);
    const [image] = await store.load(streamOf(tar));
    assert.equal(image?.id, sha256(config));
    assert.deepEqual(image?.names, ['docker.io/library/old:1', 'docker.io/library/old:2']);
  });

  it('picks this machine’s image of an index, or the one asked for', async (t) => {
    const store = await temporaryStore(t);
    const architectures = ['s390x', hostPlatform().architecture];
    const images = await Promise.all(architectures.map((architecture) => sampleImage({ architecture })));
    const manifests = images.map(({ manifest }, position) =>
      descriptorOf(manifest, mediaTypes.ociManifest, {
        platform: { os: 'linux', architecture: architectures[position] ?? '' },
      }),
    );
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }));
    const blobs = [index, ...images.flatMap(({ manifest, config, blob }) => [manifest, config, blob])];
    const tar = await tarOf(layoutMembers([descriptorOf(index, mediaTypes.ociIndex)], blobs));
    const [mine] = await store.load(streamOf(tar));
    assert.equal(mine?.platform.architecture, hostPlatform().architecture);
    const [other] = await store.load(streamOf(tar), { platform: { os: 'linux', architecture: 's390x' } });
    assert.equal(other?.platform.architecture, 's390x');
    await assert.rejects(store.load(streamOf(tar), { platform: { os: 'linux', architecture: 'riscv64' } }), {
      code: 'PLATFORM_NOT_FOUND',
      message: /s390x/,
    });
  });

  it('imports a root file system', async (t) => {
    const store = await temporaryStore(t);
    await importsHello(store, await tarOf([['etc/hello', 'world']]));
    await assert.rejects(store.importRootfs(streamOf(Buffer.alloc(3000, 'no tar'))));
    await store.collect();
    assert.deepEqual(await store.check(), []);
  });
});

for (const { name, skip, compress } of compressedForms)
  describe(`${name} archives`, { skip }, () => {
    it('are loaded', async (t) => {
      const store = await temporaryStore(t);
      const sample = await sampleImage();
      const [image] = await store.load(streamOf(compress(await tarOf(imageLayout(sample)))));
      assert.equal(image?.manifestDigest, sha256(sample.manifest));
    });

    it('are imported', async (t) => {
      await importsHello(await temporaryStore(t), await tarOf([['etc/hello', 'world']]), compress);
    });

    it('are refused when they are cut, and nothing is kept', async (t) => {
      const store = await temporaryStore(t);
      const archives = [
        await tarOf([...imageLayout(await sampleImage()), ['noise', randomBytes(100_000)]]),
        await tarOf([['etc/noise', randomBytes(100_000)]]),
      ] as const;
      const [layout, rootfs] = archives.map((tar) => compress(tar).subarray(0, -20_000)) as [Buffer, Buffer];
      await assert.rejects(store.load(streamOf(layout)), { code: 'ARCHIVE_INVALID' });
      await assert.rejects(store.importRootfs(streamOf(rootfs)), { code: /^(ARCHIVE|TAR)_INVALID$/ });
      assert.deepEqual(store.images.list(), []);
      assert.deepEqual(readdirSync(join(store.root, 'layers')), []);
    });
  });

for (const read of ['load', 'importRootfs'] as const)
  it(`${read} says that an empty archive is empty`, async (t) => {
    const store = await temporaryStore(t);
    for (const bytes of [Buffer.alloc(0), gzipSync(Buffer.alloc(0))])
      await assert.rejects(store[read](streamOf(bytes)), { code: 'ARCHIVE_INVALID', message: /is empty/ });
  });

async function importsHello(store: Store, tar: Buffer, compress = (bytes: Buffer) => bytes): Promise<void> {
  const image = await store.importRootfs(streamOf(compress(tar)), {
    names: ['base'],
    config: { Cmd: ['/sh'] },
  });
  assert.deepEqual(image.config.rootfs.diff_ids, [sha256(tar)]);
  assert.equal(store.layers.view(image.layers).read('/etc/hello')?.toString(), 'world');
}

for (const tool of ['skopeo', 'umoci']) {
  const missing = spawnSync(tool, ['--version']).error ? `${tool} is not installed` : false;
  it(`saves what ${tool} takes`, { skip: missing }, async (t) => {
    const store = await temporaryStore(t);
    const [image] = await store.load(streamOf(await tarOf(imageLayout(await sampleImage()))));
    assert.ok(image);
    const folder = mkdtempSync(join(temporaryFolder(t), 'x'));
    const layout = join(folder, 'layout');
    await store.save([{ image, names: image.names }], layout, 'oci-dir');
    if (tool === 'skopeo') {
      const raw = execFileSync(tool, ['inspect', '--raw', `oci:${layout}`]);
      assert.equal(sha256(raw), image.manifestDigest);
      execFileSync(tool, ['copy', `oci:${layout}`, `oci-archive:${folder}/a.tar:sample:2`]);
      assert.equal((await store.load(`${folder}/a.tar`))[0]?.id, image.id);
    } else {
      execFileSync(tool, ['unpack', '--image', `${layout}:1`, join(folder, 'bundle')]);
      assert.equal(readFileSync(join(folder, 'bundle/rootfs/etc/arch'), 'utf8'), 'amd64');
    }
  });
}
