// Image archives that try to harm, or are damaged.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { mediaTypes, sha256 } from '../../../src/oci/index.ts';
import type { Store } from '../../../src/store/index.ts';
import { temporaryFolder, temporaryStore } from '../sample.ts';
import {
  blobMember,
  descriptorOf,
  imageLayout,
  layoutMembers,
  type Member,
  sampleImage,
  streamOf,
  tarOf,
} from './archives.ts';

const image = await sampleImage();
const good = imageLayout(image);
const entry = descriptorOf(image.manifest, mediaTypes.ociManifest);

function assertUntouched(store: Store): void {
  for (const folder of ['ingest', 'drafts', 'trash', 'layers', 'blobs/sha256'])
    assert.deepEqual(readdirSync(join(store.root, folder)), [], folder);
  assert.deepEqual(store.images.list(), []);
}

/** The good layout with the manifest's JSON changed and all digests right. */
function withManifest(change: (manifest: Record<string, unknown>) => object): readonly Member[] {
  const manifest = Buffer.from(JSON.stringify(change(JSON.parse(image.manifest.toString()))));
  return layoutMembers(
    [descriptorOf(manifest, mediaTypes.ociManifest)],
    [manifest, image.config, image.blob],
  );
}

/** An index in an index in an index…, `depth` times. */
function nested(depth: number): readonly Member[] {
  const blobs = [image.manifest, image.config, image.blob];
  let inner = entry;
  for (let level = 0; level < depth; level++) {
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [inner] }));
    blobs.push(index);
    inner = descriptorOf(index, mediaTypes.ociIndex);
  }
  return layoutMembers([inner], blobs);
}

/** Each index lists the next one 50 times: 50 to the fourth manifests. */
function bomb(): readonly Member[] {
  const blobs = [image.manifest, image.config, image.blob];
  let inner = entry;
  for (let level = 0; level < 4; level++) {
    const index = Buffer.from(
      JSON.stringify({ schemaVersion: 2, manifests: Array.from({ length: 50 }, () => inner) }),
    );
    blobs.push(index);
    inner = descriptorOf(index, mediaTypes.ociIndex);
  }
  return layoutMembers([inner], blobs);
}

const docker = (item: object, more: readonly Member[] = []): readonly Member[] => [
  ['manifest.json', JSON.stringify([item])],
  ['config.json', image.config],
  ['layer.tar', image.layer],
  ...more,
];

const cases: readonly (readonly [what: string, members: readonly Member[], code: string])[] = [
  ['an absolute name', [...good, ['/etc/passwd', 'x']], 'ARCHIVE_UNSAFE'],
  ['a name with ..', [...good, ['blobs/../../x', 'x']], 'ARCHIVE_UNSAFE'],
  [
    'a link to an absolute path',
    [...good, { name: 'l', type: 'symlink', linkname: '/etc/passwd' }],
    'ARCHIVE_UNSAFE',
  ],
  [
    'a link that leads out',
    [...good, { name: 'a/l', type: 'symlink', linkname: '../../x' }],
    'ARCHIVE_UNSAFE',
  ],
  [
    'a hard link that leads out',
    [...good, { name: 'a/l', type: 'link', linkname: '../x' }],
    'ARCHIVE_UNSAFE',
  ],
  ['a device', [...good, { name: 'null', type: 'character-device' }], 'ARCHIVE_UNSAFE'],
  ['one name with two contents', [...good, ['index.json', '{}']], 'ARCHIVE_UNSAFE'],
  [
    'a blob that is not its digest',
    [...good.slice(0, -1), [`blobs/sha256/${sha256(image.blob).slice(7)}`, Buffer.alloc(image.blob.length)]],
    'DIGEST_MISMATCH',
  ],
  [
    'a manifest that is not its digest',
    layoutMembers([{ ...entry, digest: sha256(image.config) }], [image.manifest, image.config]),
    'DIGEST_MISMATCH',
  ],
  [
    'a layer of another size',
    withManifest((m) => ({ ...m, layers: [descriptorOf(image.blob, mediaTypes.ociLayer, { size: 1 })] })),
    'SIZE_MISMATCH',
  ],
  ['a diffID that is not the layer’s', withManifestOfOtherDiffId(), 'LAYER_DIGEST_MISMATCH'],
  ['a missing layer', good.slice(0, -1), 'ARCHIVE_INVALID'],
  ['a missing config', good.filter((member) => member !== good[3]), 'ARCHIVE_INVALID'],
  [
    'a hostile digest',
    withManifest((m) => ({ ...m, layers: [{ mediaType: 'x', digest: 'sha256:../../x', size: 1 }] })),
    'ARCHIVE_INVALID',
  ],
  [
    'a negative size',
    withManifest((m) => ({ ...m, layers: [descriptorOf(image.blob, 'x', { size: -1 })] })),
    'ARCHIVE_INVALID',
  ],
  ['layers that are no list', withManifest((m) => ({ ...m, layers: {} })), 'ARCHIVE_INVALID'],
  ['a layer without a diffID', withManifest((m) => ({ ...m, layers: [entry, entry] })), 'ARCHIVE_INVALID'],
  ['deeply nested indexes', nested(12), 'ARCHIVE_INVALID'],
  ['an index bomb', bomb(), 'ARCHIVE_INVALID'],
  ['an index.json that is not JSON', [['index.json', 'nothing']], 'ARCHIVE_INVALID'],
  ['an index.json that is too large', [['index.json', Buffer.alloc(5_000_000, 32)]], 'ARCHIVE_INVALID'],
  ['an index.json without images', layoutMembers([], []), 'ARCHIVE_INVALID'],
  ['neither index nor manifest', [['hello', 'world']], 'ARCHIVE_INVALID'],
  [
    'a docker-archive whose config is elsewhere',
    docker({ Config: '../config.json', Layers: ['layer.tar'] }),
    'ARCHIVE_UNSAFE',
  ],
  [
    'a docker-archive whose layer is elsewhere',
    docker({ Config: 'config.json', Layers: ['/etc/passwd'] }),
    'ARCHIVE_UNSAFE',
  ],
  [
    'a docker-archive without its layer',
    docker({ Config: 'config.json', Layers: ['none.tar'] }),
    'ARCHIVE_INVALID',
  ],
  [
    'a docker-archive with links in a circle',
    docker({ Config: 'config.json', Layers: ['a'] }, [
      { name: 'a', type: 'symlink', linkname: 'b' },
      { name: 'b', type: 'symlink', linkname: 'a' },
    ]),
    'ARCHIVE_INVALID',
  ],
  [
    'a docker-archive with fewer layers than diffIDs',
    docker({ Config: 'config.json', Layers: [] }),
    'ARCHIVE_INVALID',
  ],
];

function withManifestOfOtherDiffId(): readonly Member[] {
  const config = Buffer.from(image.config.toString().replace(sha256(image.layer), sha256('other')));
  const manifest = Buffer.from(image.manifest.toString().replace(sha256(image.config), sha256(config)));
  return layoutMembers([descriptorOf(manifest, mediaTypes.ociManifest)], [manifest, config, image.blob]);
}

describe('refusing archives, with nothing left behind', () => {
  for (const [what, members, codes] of cases) {
    it(`refuses ${what}`, async (t) => {
      const store = await temporaryStore(t);
      const tar = await tarOf(members);
      await assert.rejects(
        store.load(streamOf(tar)),
        (error: { code: string }) => codes.split('|').includes(error.code) || assert.fail(String(error)),
      );
      assertUntouched(store);
    });
  }

  it('refuses what is cut short, at any length', async (t) => {
    const store = await temporaryStore(t);
    const tar = await tarOf(good);
    const zipped = gzipSync(tar);
    for (const length of [0, 1, 5, 511, 512, 700, 5000, tar.length - 6000]) {
      await assert.rejects(
        store.load(streamOf(tar.subarray(0, length))),
        { code: 'ARCHIVE_INVALID' },
        `${length}`,
      );
    }
    for (const length of [3, 100, zipped.length - 20])
      await assert.rejects(store.load(streamOf(zipped.subarray(0, length))), { code: 'ARCHIVE_INVALID' });
    assertUntouched(store);
  });

  it('refuses an entry larger than the disk before it is written', async (t) => {
    const store = await temporaryStore(t);
    const tar = await tarOf([['big', '']]);
    const header = Buffer.from(tar.subarray(0, 512));
    header.write('77777777777\0', 124);
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const claims = Array.from({ length: 200 }, () => header);
    await assert.rejects(store.load(streamOf(Buffer.concat(claims))), {
      code: /ARCHIVE_(?:TOO_LARGE|INVALID)/,
    });
    assertUntouched(store);
  });

  it('stops when it is told to', async (t) => {
    const store = await temporaryStore(t);
    const tar = await tarOf(good);
    await assert.rejects(store.load(streamOf(tar), { signal: AbortSignal.abort() }), { name: 'AbortError' });
    assertUntouched(store);
  });
});

describe('refusing folders', () => {
  function write(folder: string, members: readonly Member[]): void {
    for (const member of members) {
      if ('name' in member) continue;
      const path = join(folder, member[0]);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, member[1]);
    }
  }

  it('follows no link out of the folder', async (t) => {
    const store = await temporaryStore(t);
    const folder = temporaryFolder(t);
    const [path, bytes] = blobMember(image.blob) as readonly [string, Buffer];
    write(folder, good.slice(0, -1));
    const outside = join(temporaryFolder(t), 'blob');
    writeFileSync(outside, bytes);
    symlinkSync(outside, join(folder, path));
    await assert.rejects(store.load(folder), { code: 'ARCHIVE_INVALID' });
    assertUntouched(store);
  });

  it('refuses a blob that is not its digest, and takes back what it had stored', async (t) => {
    const store = await temporaryStore(t);
    const folder = temporaryFolder(t);
    write(folder, good);
    const [path] = blobMember(image.blob) as readonly [string, Buffer];
    writeFileSync(join(folder, path), Buffer.alloc(image.blob.length));
    await assert.rejects(store.load(folder), { code: 'DIGEST_MISMATCH' });
    assertUntouched(store);
  });

  it('says when there is nothing', async (t) => {
    const store = await temporaryStore(t);
    await assert.rejects(store.load('/var/tmp/no/such/archive'), { code: 'ARCHIVE_NOT_FOUND' });
    await assert.rejects(store.load(temporaryFolder(t)), { code: 'ARCHIVE_INVALID' });
  });
});
