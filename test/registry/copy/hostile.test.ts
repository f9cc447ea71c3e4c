// What copying refuses: layouts, archives and registries that lie or reach out of themselves.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Descriptor, mediaTypes, sha256 } from '../../../src/oci/index.ts';
import {
  descriptorOf,
  imageLayout,
  layoutMembers,
  type Member,
  sampleImage,
  tarOf,
} from '../../store/archive/archives.ts';
import { workshop, writeMembers, writeTar } from './samples.ts';

const image = await sampleImage();
const good = imageLayout(image);
const entry = descriptorOf(image.manifest, mediaTypes.ociManifest);

function withManifest(change: (manifest: Record<string, unknown>) => object): readonly Member[] {
  const manifest = Buffer.from(
    JSON.stringify(change(JSON.parse(image.manifest.toString()) as Record<string, unknown>)),
  );
  return layoutMembers(
    [descriptorOf(manifest, mediaTypes.ociManifest)],
    [manifest, image.config, image.blob],
  );
}

/** An index in an index in an index…, `depth` times, each listed `times` times. */
function nested(depth: number, times = 1): readonly Member[] {
  const blobs = [image.manifest, image.config, image.blob];
  let inner: Descriptor = entry;
  for (let level = 0; level < depth; level++) {
    const manifests = Array.from({ length: times }, () => inner);
    const index = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }),
    );
    blobs.push(index);
    inner = descriptorOf(index, mediaTypes.ociIndex);
  }
  return layoutMembers([inner], blobs);
}

/** More images than anybody has. */
function crowd(): readonly Member[] {
  const manifests = Array.from({ length: 2001 }, (_, at) =>
    Buffer.from(
      JSON.stringify({
        ...(JSON.parse(image.manifest.toString()) as object),
        annotations: { at: String(at) },
      }),
    ),
  );
  const half = (from: number, to: number): Buffer =>
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociIndex,
        manifests: manifests.slice(from, to).map((bytes) => descriptorOf(bytes, mediaTypes.ociManifest)),
      }),
    );
  const halves = [half(0, 1000), half(1000, 2001)];
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: halves.map((bytes) => descriptorOf(bytes, mediaTypes.ociIndex)),
    }),
  );
  return layoutMembers(
    [descriptorOf(index, mediaTypes.ociIndex)],
    [...manifests, ...halves, index, image.config, image.blob],
  );
}

const replace = (bytes: Buffer, by: Buffer): readonly Member[] =>
  good.map((member) => (Array.isArray(member) && member[1] === bytes ? [member[0], by] : member));

const layouts: readonly (readonly [what: string, members: readonly Member[], code: string])[] = [
  ['a layer that is not its digest', replace(image.blob, Buffer.alloc(image.blob.length)), 'DIGEST_MISMATCH'],
  ['a layer that is cut', replace(image.blob, image.blob.subarray(0, 100)), 'SIZE_MISMATCH'],
  ['a layer that goes on', replace(image.blob, Buffer.concat([image.blob, image.blob])), 'SIZE_MISMATCH'],
  ['a manifest that is not its digest', replace(image.manifest, image.config), 'DIGEST_MISMATCH'],
  ['a manifest of another size', layoutMembers([{ ...entry, size: 3 }], [image.manifest]), 'SIZE_MISMATCH'],
  [
    'a missing layer',
    good.filter((member) => !Array.isArray(member) || member[1] !== image.blob),
    'ARCHIVE_INVALID',
  ],
  [
    'a manifest that is an index too',
    withManifest((manifest) => ({ ...manifest, manifests: [] })),
    'MANIFEST_INVALID',
  ],
  [
    'a manifest of another type than its descriptor says',
    withManifest((manifest) => ({ ...manifest, mediaType: mediaTypes.ociIndex })),
    'MANIFEST_INVALID',
  ],
  [
    'a digest that is a path',
    withManifest((manifest) => ({ ...manifest, layers: [{ ...entry, digest: '../../../etc/passwd' }] })),
    'MANIFEST_INVALID',
  ],
  [
    'a negative size',
    withManifest((manifest) => ({ ...manifest, config: { ...entry, size: -1 } })),
    'MANIFEST_INVALID',
  ],
  ['layers that are no list', withManifest((manifest) => ({ ...manifest, layers: 'x' })), 'MANIFEST_INVALID'],
  [
    'URLs that are no list',
    withManifest((manifest) => ({ ...manifest, config: { ...entry, urls: 7 } })),
    'MANIFEST_INVALID',
  ],
  ['indexes nested too deep', nested(8), 'MANIFEST_INVALID'],
  ['an index of too many images', crowd(), 'MANIFEST_INVALID'],
  [
    'an index.json that is huge',
    [
      ['oci-layout', '{}'],
      ['index.json', Buffer.alloc(5 * 1024 * 1024, ' ')],
    ],
    'ARCHIVE_INVALID',
  ],
  [
    'a manifest that is huge',
    layoutMembers([{ ...entry, size: 100_000_000 }], [image.manifest]),
    'SIZE_MISMATCH',
  ],
  [
    'schema 1',
    layoutMembers(
      [{ ...entry, mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws' }],
      [image.manifest],
    ),
    'MANIFEST_NOT_FOUND',
  ],
];

describe('copy refuses a layout with', () => {
  for (const [what, members, code] of layouts)
    for (const form of ['oci', 'oci-archive'] as const)
      it(`${what} (${form})`, async (t) => {
        const { folder, copy, store } = await workshop(t);
        if (form === 'oci') writeMembers(`${folder}/in`, members);
        else await writeTar(`${folder}/in`, members);
        for (const target of [`oci:${folder}/out`, `oci-archive:${folder}/out`, 'store:out'])
          await assert.rejects(copy(`${form}:${folder}/in`, target, { all: true }), { code }, target);
        assert.deepEqual(readdirSync(folder).toSorted(), ['in', 'root']);
        assert.deepEqual(store.images.list(), []);
        for (const part of ['drafts', 'layers'])
          assert.deepEqual(readdirSync(join(store.root, part)), [], part);
      });
});

describe('copy bounds what it walks', () => {
  it('through indexes that list one thing often', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/in`, nested(4, 500));
    const { manifests } = await copy(`oci:${folder}/in`, `oci:${folder}/out`, { all: true });
    assert.equal(manifests, 5);
  });
});

const tars: readonly (readonly [what: string, members: readonly Member[], code: string])[] = [
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
  ['a device', [...good, { name: 'null', type: 'character-device' }], 'ARCHIVE_UNSAFE'],
  ['one name twice', [...good, ['index.json', '{}']], 'ARCHIVE_UNSAFE'],
  [
    'links in a circle',
    [
      { name: 'index.json', type: 'symlink', linkname: 'b' },
      { name: 'b', type: 'symlink', linkname: 'index.json' },
    ],
    'ARCHIVE_INVALID',
  ],
  ['nothing', [], 'ARCHIVE_INVALID'],
];

describe('copy refuses a tar with', () => {
  it('a config of one byte, in Docker’s older form', async (t) => {
    const { folder, copy, store } = await workshop(t);
    const list = JSON.stringify([{ Config: 'config', RepoTags: null, Layers: ['layer'] }]);
    await writeTar(`${folder}/in`, [
      ['manifest.json', list],
      ['config', '1'],
      ['layer', '2'],
    ]);
    await assert.rejects(copy(`docker-archive:${folder}/in`, 'store:out'), { code: 'MANIFEST_INVALID' });
    assert.deepEqual(store.images.list(), []);
  });

  for (const [what, members, code] of tars)
    it(what, async (t) => {
      const { folder, copy } = await workshop(t);
      await writeTar(`${folder}/in`, members);
      await assert.rejects(copy(`oci-archive:${folder}/in`, `oci:${folder}/out`), { code });
      assert.deepEqual(readdirSync(folder).toSorted(), ['in', 'root']);
    });

  it('its end cut off', async (t) => {
    const { folder, copy } = await workshop(t);
    const tar = await tarOf(good);
    for (const [form, bytes] of [
      ['plain', tar],
      ['gzip', gzipSync(tar)],
    ] as const) {
      writeFileSync(`${folder}/in`, bytes);
      truncateSync(`${folder}/in`, Math.floor(bytes.length / 2));
      await assert.rejects(
        copy(`oci-archive:${folder}/in`, `oci:${folder}/out`),
        { code: 'ARCHIVE_INVALID' },
        form,
      );
    }
    writeFileSync(`${folder}/in`, '');
    await assert.rejects(copy(`oci-archive:${folder}/in`, `oci:${folder}/out`), { code: 'ARCHIVE_INVALID' });
  });
});

const brokenIndexes: readonly (readonly [what: string, content: Buffer | string, reason: RegExp])[] = [
  ['cut off', '{"schemaVersion":2,"manifests":[', /it is not JSON/],
  ['no object', '7', /it is no JSON object/],
  ['without entries', '{"schemaVersion":2}', /it has no manifests/],
  ['with entries that are nothing', '{"manifests":[null]}', /its manifests name/],
  ['with annotations that are no texts', '{"manifests":[{"annotations":7}]}', /its manifests name/],
  ['huge', Buffer.alloc(5 * 1024 * 1024, ' '), /more than 4194304 bytes/],
];

describe('copy adds nothing to a layout whose index.json is', () => {
  const refused = async (t: TestContext, prepare: (file: string) => void, reason: RegExp) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/in`, good);
    writeMembers(`${folder}/out`, [['oci-layout', '{"imageLayoutVersion":"1.0.0"}']]);
    prepare(`${folder}/out/index.json`);
    const before = readdirSync(`${folder}/out`, { recursive: true });
    await assert.rejects(copy(`oci:${folder}/in`, `oci:${folder}/out`), {
      code: 'LAYOUT_INVALID',
      message: new RegExp(`^No image can be added to "${folder}/out/index.json": .*${reason.source}`),
      hint: /mend the layout/,
    });
    assert.deepEqual(readdirSync(`${folder}/out`, { recursive: true }), before);
  };
  for (const [what, content, reason] of brokenIndexes)
    it(what, (t) => refused(t, (file) => writeFileSync(file, content), reason));
  it('missing', (t) => refused(t, () => {}, /ENOENT/));
  it('a link', (t) => refused(t, (file) => symlinkSync('/dev/zero', file), /ELOOP/));
  it('a pipe', (t) => refused(t, (file) => void execFileSync('mkfifo', [file]), /it is not a file/));
});

describe('copy follows no link', () => {
  it('of a layout it reads', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/secret`, good);
    mkdirSync(`${folder}/in/blobs`, { recursive: true });
    writeFileSync(`${folder}/in/index.json`, readFileSync(`${folder}/secret/index.json`));
    symlinkSync(`${folder}/secret/blobs/sha256`, `${folder}/in/blobs/sha256`);
    await assert.rejects(copy(`oci:${folder}/in`, `oci:${folder}/out`), { code: 'ARCHIVE_INVALID' });
  });

  it('of a layout it writes to', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/in`, good);
    writeMembers(`${folder}/out`, layoutMembers([], []));
    mkdirSync(`${folder}/elsewhere`);
    mkdirSync(`${folder}/out/blobs`);
    symlinkSync(`${folder}/elsewhere`, `${folder}/out/blobs/sha256`);
    await assert.rejects(copy(`oci:${folder}/in`, `oci:${folder}/out`), { code: 'TARGET_EXISTS' });
    assert.deepEqual(readdirSync(`${folder}/elsewhere`), []);
    assert.deepEqual(readdirSync(`${folder}/out`).toSorted(), ['blobs', 'index.json', 'oci-layout']);
  });

  it('that names a file outside of an archive of Docker’s older form', async (t) => {
    const { folder, copy } = await workshop(t);
    const item = { Config: '../../etc/passwd', RepoTags: null, Layers: [] };
    await writeTar(`${folder}/in`, [['manifest.json', JSON.stringify([item])]]);
    await assert.rejects(copy(`docker-archive:${folder}/in`, `oci:${folder}/out`), {
      code: 'ARCHIVE_INVALID',
    });
  });
});

/** A registry that answers what `answer` says. */
async function lyingRegistry(
  t: TestContext,
  answer: (
    path: string,
  ) => { readonly type: string; readonly body: Buffer; readonly digest?: string } | undefined,
): Promise<string> {
  const respond = ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
    if (url === '/v2/') return void response.end('{}');
    const found = answer(url);
    if (!found) return void response.writeHead(404).end('{"errors":[{"code":"NOT_FOUND"}]}');
    const { type, body, digest = sha256(body) } = found;
    response.writeHead(200, {
      'content-type': type,
      'content-length': body.length,
      'docker-content-digest': digest,
    });
    response.end(body);
  };
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('copy believes no registry', () => {
  const give =
    (layer: Buffer, manifest = image.manifest) =>
    (path: string) => {
      if (path.includes('/manifests/')) return { type: mediaTypes.ociManifest, body: manifest };
      if (path.endsWith(sha256(image.config)))
        return { type: 'application/octet-stream', body: image.config };
      return { type: 'application/octet-stream', body: layer };
    };

  it('about a blob', async (t) => {
    const { folder, copy, store } = await workshop(t);
    const domain = await lyingRegistry(t, give(Buffer.alloc(image.blob.length, 'x')));
    for (const target of [`oci:${folder}/out`, `docker-archive:${folder}/out`, 'store:out'])
      await assert.rejects(copy(`${domain}/app:1`, target), { code: 'DIGEST_MISMATCH' }, target);
    assert.deepEqual(readdirSync(folder), ['root']);
    assert.deepEqual(store.images.list(), []);
  });

  it('about a manifest that an index lists', async (t) => {
    const { folder, copy } = await workshop(t);
    const index = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociIndex,
        manifests: [{ ...entry, platform: { os: 'linux', architecture: 'amd64' } }],
      }),
    );
    const other = Buffer.from(image.manifest.toString().replace('amd64', 'amd46'));
    const domain = await lyingRegistry(t, (path) =>
      path.endsWith('/manifests/1')
        ? { type: mediaTypes.ociIndex, body: index }
        : path.includes('/manifests/')
          ? {
              type: mediaTypes.ociManifest,
              body: Buffer.concat([other, Buffer.from(' ')]),
              digest: entry.digest,
            }
          : give(image.blob)(path),
    );
    await assert.rejects(copy(`${domain}/app:1`, `oci:${folder}/out`, { all: true }), {
      code: 'DIGEST_MISMATCH',
    });
  });

  it('about what its own manifest is', async (t) => {
    const { folder, copy } = await workshop(t);
    const both = Buffer.from(
      JSON.stringify({ ...(JSON.parse(image.manifest.toString()) as object), manifests: [] }),
    );
    const domain = await lyingRegistry(t, give(image.blob, both));
    await assert.rejects(copy(`${domain}/app:1`, `oci:${folder}/out`), { code: 'MANIFEST_INVALID' });
  });

  it('about referrers that go on for ever', async (t) => {
    const { folder, copy } = await workshop(t);
    let count = 0;
    const made = new Map<string, Buffer>();
    const domain = await lyingRegistry(t, (path) => {
      if (path.includes('/referrers/')) {
        const subject = { ...entry, digest: String(path.split('/').at(-1)) };
        const manifest = Buffer.from(
          JSON.stringify({
            ...(JSON.parse(image.manifest.toString()) as object),
            subject,
            annotations: { at: String(count++) },
          }),
        );
        made.set(sha256(manifest), manifest);
        const manifests = [descriptorOf(manifest, mediaTypes.ociManifest)];
        return {
          type: mediaTypes.ociIndex,
          body: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests })),
        };
      }
      const digest = path.split('/').at(-1) ?? '';
      const manifest = made.get(digest);
      return manifest ? { type: mediaTypes.ociManifest, body: manifest } : give(image.blob)(path);
    });
    await assert.rejects(copy(`${domain}/app:1`, `oci:${folder}/out`, { referrers: true }), {
      code: 'MANIFEST_INVALID',
    });
    assert.ok(count < 20);
  });
});
