// What every layer driver must do, whatever form it keeps layers in: run against each of them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, linkSync, lutimesSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { makeDevice, mknod, setXattr } from '../../../src/core/index.ts';
import { mediaTypes, sha256 } from '../../../src/oci/index.ts';
import type { LayerId, Store } from '../../../src/store/index.ts';
import { archiveOf, readArchive } from '../../oci/tar/archive.ts';

/** Opens a fresh store whose layers are kept by the driver under test. */
export type OpenFresh = () => Promise<Store & AsyncDisposable>;

/** Declares the suite for one driver. */
export function testLayerDriver(name: string, open: OpenFresh): void {
  const check = (what: string, body: (store: Store) => Promise<void>): void => {
    test(`${name}: ${what}`, { timeout: 60_000 }, async () => {
      await using store = await open();
      await body(store);
    });
  };

  check('an empty draft becomes the empty layer', async ({ layers }) => {
    const { id } = layers.keep(layers.draft());
    const empty = Buffer.alloc(1024);
    assert.deepEqual(await layers.diff(id), { diffId: sha256(empty), size: 1024 });
    assert.deepEqual(await bytesOf(await layers.tar(id)), empty);
  });

  check('the digest is that of the tar, and is remembered', async ({ layers }) => {
    const id = keepSample(layers);
    const diff = await layers.diff(id);
    const tar = await bytesOf(await layers.tar(id));
    assert.deepEqual(diff, { diffId: sha256(tar), size: tar.length });
    assert.deepEqual(layers.get(id)?.diff, diff);
    assert.equal(layers.byDiffId(diff.diffId)?.id, id);
    assert.ok((layers.get(id)?.usage ?? 0) > 0);
  });

  check('a tar unpacks to the same layer in a store that lacks it', async (store) => {
    const tar = await bytesOf(await store.layers.tar(keepSample(store.layers)));
    await using other = await open();
    const blob = await other.content.ingest(Readable.from([tar]), mediaTypes.ociLayer);
    const record = await other.layers.unpack(blob, sha256(tar));
    assert.equal(await other.layers.verify(record.id), undefined);
    assert.deepEqual(record.diff, { diffId: sha256(tar), size: tar.length });
    const names = readArchive(tar).map(({ entry }) => entry.name);
    assert.deepEqual(names, sampleNames);
  });

  for (const [format, compress] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)
    check(`${format} blobs unpack, and give their tar back byte for byte`, async ({ layers, content }) => {
      // Not canonical: unsorted, with a root entry.
      const tar = archiveOf(
        { name: '.', type: 'directory' },
        { name: 'b', content: 'b' },
        { name: 'a', content: 'a' },
      );
      const blob = content.put(compress(tar), mediaTypes.ociLayerGzip);
      const record = await layers.unpack(blob, sha256(tar));
      assert.deepEqual(await bytesOf(await layers.tar(record.id)), tar);
      assert.equal(await layers.verify(record.id), undefined);
      assert.deepEqual(layers.view([record.id]).list('/'), ['a', 'b']);
    });

  for (const built of [true, false])
    check(
      `a blob is not taken for a ${built ? 'built' : 'received'} layer because it is said to be it`,
      async (store) => {
        const { layers, content } = store;
        const tar = await bytesOf(await layers.tar(keepSample(layers)));
        const id = built
          ? keepSample(layers)
          : (await layers.unpack(content.put(zstdCompressSync(tar), mediaTypes.ociLayerZstd), sha256(tar)))
              .id;
        await layers.diff(id);
        const other = gzipSync(archiveOf({ name: 'other', content: 'other' }));
        const blob = content.put(other, mediaTypes.ociLayerGzip);
        await assert.rejects(layers.unpack(blob, sha256(tar)), { code: 'LAYER_DIGEST_MISMATCH' });
        assert.deepEqual(await bytesOf(await layers.tar(id)), tar);
        const { descriptor } = await layers.formed(id, { compression: { kind: 'gzip' }, force: false });
        assert.notEqual(descriptor.digest, blob.digest);
      },
    );

  check('the same diffID twice is one layer, whatever the compression', async ({ layers, content }) => {
    const tar = archiveOf({ name: 'a', content: 'a' });
    const blobs = [tar, gzipSync(tar), zstdCompressSync(tar)].map((bytes) =>
      content.put(bytes, mediaTypes.ociLayer),
    );
    const records = await Promise.all(blobs.map((blob) => layers.unpack(blob)));
    const again = await Promise.all(blobs.map((blob) => layers.unpack(blob, sha256(tar))));
    assert.ok(again.every(({ id }) => records.some((record) => record.id === id)));
    assert.equal(new Set(again.map(({ id }) => id)).size, 1);
  });

  check(
    'a blob that is not what the config says is refused and leaves nothing',
    async ({ layers, content }) => {
      const blob = content.put(archiveOf({ name: 'a', content: 'a' }), mediaTypes.ociLayer);
      await assert.rejects(layers.unpack(blob, sha256('other')), { code: 'LAYER_DIGEST_MISMATCH' });
      assert.equal(layers.byDiffId(sha256('other')), undefined);
    },
  );

  for (const [what, damage] of [
    ['cut gzip', (tar: Buffer) => gzipSync(tar).subarray(0, -20)],
    ['cut zstd', (tar: Buffer) => zstdCompressSync(tar).subarray(0, -20)],
    ['cut tar', (tar: Buffer) => tar.subarray(0, 700)],
  ] as const)
    check(`a ${what} is refused`, async ({ layers, content }) => {
      const noise = createHash('shake256', { outputLength: 5000 }).digest();
      const blob = content.put(damage(archiveOf({ name: 'a', content: noise })), mediaTypes.ociLayer);
      await assert.rejects(layers.unpack(blob), { code: /^(LAYER|TAR)_INVALID$/ });
    });

  check('a reader who goes away stops the packing', async ({ layers }) => {
    const draft = layers.draft();
    writeFileSync(`${draft.upper}/large`, Buffer.alloc(20 << 20, 'x'));
    const stream = await layers.tar(layers.keep(draft).id);
    await new Promise((resolve) => stream.once('readable', resolve));
    stream.destroy();
    assert.equal((await bytesOf(await layers.tar(layers.keep(layers.draft()).id))).length, 1024);
  });

  check('a discarded draft leaves nothing', async ({ layers }) => {
    const draft = layers.draft();
    writeFileSync(`${draft.upper}/x`, 'x');
    await layers.discard(draft);
    assert.throws(() => execFileSync('ls', [draft.upper], { stdio: 'ignore' }));
  });

  check('a changed file is found', async ({ layers }) => {
    const id = keepSample(layers);
    await layers.diff(id);
    assert.equal(await layers.verify(id), undefined);
    const [folder = ''] = layers.driver.lower([id]);
    writeFileSync(`${folder}/etc/file`, 'other');
    assert.match((await layers.verify(id)) ?? '', /diffID/);
  });

  check('a view shows the topmost of each name', async ({ layers }) => {
    const lower = keepSample(layers);
    const draft = layers.draft();
    mkdirSync(`${draft.upper}/etc`);
    writeFileSync(`${draft.upper}/etc/file`, 'new');
    const view = layers.view([lower, layers.keep(draft).id]);
    assert.equal(view.read('/etc/file')?.toString(), 'new');
    assert.equal(view.read('/etc/name')?.toString(), 'content');
    await layers.sync();
  });
}

const sampleNames = [
  'etc',
  'etc/file',
  'etc/link',
  'etc/name',
  'etc/\xe4',
  '.wh.gone',
  'opaque',
  'opaque/.wh..wh..opq',
  'zero',
];

/** A layer with one of everything. */
function keepSample(layers: Store['layers']): LayerId {
  const draft = layers.draft();
  const at = (name: string): string => `${draft.upper}/${name}`;
  mkdirSync(at('etc'));
  writeFileSync(at('etc/file'), 'content');
  linkSync(at('etc/file'), at('etc/name'));
  symlinkSync('../elsewhere', at('etc/link'));
  writeFileSync(Buffer.from(at('etc/\xe4'), 'latin1'), 'latin');
  chownSync(at('etc/file'), 1000, 3_000_000);
  chmodSync(at('etc/file'), 0o4711);
  setXattr(
    at('etc/file'),
    'security.capability',
    Buffer.from('0100000200040000000000000000000000000000', 'hex'),
  );
  mkdirSync(at('opaque'));
  setXattr(at('opaque'), 'trusted.overlay.opaque', Buffer.from('y'));
  mknod(at('gone'), 0o020000);
  mknod(at('zero'), 0o020666, makeDevice(1, 5));
  for (const name of ['etc/file', 'etc/link', 'opaque', 'etc']) lutimesSync(at(name), 1e9, 1e9);
  return layers.keep(draft).id;
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  return Buffer.concat((await stream.toArray()) as Buffer[]);
}
