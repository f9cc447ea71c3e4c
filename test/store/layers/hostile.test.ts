// Hostile layers: whatever the tar says, nothing is made, changed or removed outside the layer's folder.

import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { getXattr, listXattrs } from '../../../src/core/index.ts';
import { unpackLayer } from '../../../src/store/layers/index.ts';
import { archiveOf, type Member, memberBytes } from '../../oci/tar/archive.ts';
import { fc } from '../../support/property.ts';
import { describeTree, temporaryFolder } from './tree.ts';

/** Unpacks into `layer`, beside a folder `outside` that must stay as it is. */
async function unpack(members: readonly Member[] | Buffer, body: (layer: string) => void, maxBytes?: number) {
  using folder = temporaryFolder();
  const [layer, outside] = [`${folder.path}/layer`, `${folder.path}/outside`];
  mkdirSync(layer);
  mkdirSync(outside);
  writeFileSync(`${outside}/victim`, 'untouched');
  const before = describeTree(outside);
  const file = `${folder.path}/blob`;
  writeFileSync(file, Buffer.isBuffer(members) ? members : archiveOf(...members));
  try {
    const limit = maxBytes === undefined ? {} : { maxBytes };
    await unpackLayer({ file, folder: layer, whiteouts: true, ...limit });
    body(layer);
  } finally {
    assert.deepEqual(describeTree(outside), before);
    assert.deepEqual(readdirSync(folder.path).sort(), ['blob', 'layer', 'outside']);
  }
}

const symlink = (name: string, linkName: string): Member => ({ name, type: 'symlink', linkName });
const directory = (name: string, mode = 0o755): Member => ({ name, type: 'directory', mode });
const nothing = (): void => {};

const refused: readonly (readonly [what: string, members: readonly Member[]])[] = [
  ['a name that climbs', [{ name: '../outside/new', content: 'x' }]],
  ['a name that climbs further in', [{ name: 'a/../../outside/victim', content: 'x' }]],
  ['a hard link to a name that climbs', [{ name: 'x', type: 'link', linkName: '../outside/victim' }]],
  ['a hard link to nothing', [{ name: 'x', type: 'link', linkName: 'missing/file' }]],
  [
    'a hard link to itself',
    [
      { name: 'x', content: '' },
      { name: 'x', type: 'link', linkName: './x' },
    ],
  ],
  ['a hard link to a directory', [directory('d'), { name: 'x', type: 'link', linkName: 'd' }]],
  ['a hard link to the root', [{ name: 'x', type: 'link', linkName: '/' }]],
  ['a whiteout of the parent', [{ name: 'a/.wh...', content: '' }]],
  ['a whiteout of the directory', [{ name: 'a/.wh..', content: '' }]],
  ['a whiteout of no name', [{ name: 'a/.wh.', content: '' }]],
  ['an entry below a whiteout', [{ name: '.wh.a/b', content: '' }]],
  [
    'a file used as a directory',
    [
      { name: 'f', content: '' },
      { name: 'f/g', content: '' },
    ],
  ],
  ['links that lead to themselves', [symlink('a', 'b'), symlink('b', 'a'), { name: 'a/x', content: '' }]],
  ['a symlink to nothing at all', [symlink('a', '')]],
  ['a name too long for any file system', [{ name: 'n'.repeat(256), content: '' }]],
  ['a path too long for any file system', [{ name: `${'d/'.repeat(2100)}x`, content: '' }]],
  ['a device number out of range', [{ name: 'x', type: 'block', deviceMajor: 5000, deviceMinor: 1 }]],
];

for (const [what, members] of refused) {
  test(`${what} is refused`, async () => {
    await assert.rejects(unpack(members, nothing), { code: 'LAYER_INVALID' });
  });
}

test('absolute names lie in the layer', () =>
  unpack([{ name: '/etc//./x', content: 'x' }], (layer) => {
    assert.equal(readFileSync(`${layer}/etc/x`, 'utf8'), 'x');
  }));

test('planted links are followed inside the layer only', () =>
  unpack(
    [
      symlink('up', '../../../outside'),
      symlink('absolute', '/outside'),
      { name: 'up/victim', content: 'overwritten' },
      { name: 'absolute/new', content: 'new' },
      { name: 'up/sub/deep', content: 'deep' },
    ],
    (layer) => {
      assert.equal(readFileSync(`${layer}/outside/victim`, 'utf8'), 'overwritten');
      assert.deepEqual(readdirSync(`${layer}/outside`).sort(), ['new', 'sub', 'victim']);
    },
  ));

test('an entry replaces a link of its name instead of writing through it', () =>
  unpack([symlink('x', '../outside/victim'), { name: 'x', content: 'mine' }], (layer) => {
    assert.equal(readFileSync(`${layer}/x`, 'utf8'), 'mine');
    assert.ok(lstatSync(`${layer}/x`).isFile());
  }));

test('a directory entry replaces a link; what follows lies in the directory', () =>
  unpack([symlink('d', '../outside'), directory('d'), { name: 'd/victim', content: 'mine' }], (layer) => {
    assert.equal(readFileSync(`${layer}/d/victim`, 'utf8'), 'mine');
  }));

test('a known directory that becomes a link is followed inside the layer', () =>
  unpack(
    [
      directory('d/e'),
      { name: 'd/e/f', content: '1' },
      symlink('d', '../outside'),
      { name: 'd/e/f', content: '2' },
    ],
    (layer) => {
      assert.equal(readlinkSync(`${layer}/d`), '../outside');
      assert.equal(readFileSync(`${layer}/outside/e/f`, 'utf8'), '2');
    },
  ));

test('a hard link to a planted link does not open what it names', () =>
  unpack(
    [
      symlink('s', '../outside/victim'),
      { name: 'h', type: 'link', linkName: 's' },
      { name: 'h', content: 'mine' },
    ],
    (layer) => {
      assert.ok(lstatSync(`${layer}/h`).isFile());
      assert.ok(lstatSync(`${layer}/s`).isSymbolicLink());
    },
  ));

test('a hard link through a planted link stays inside', () =>
  assert.rejects(
    unpack([symlink('s', '../outside'), { name: 'h', type: 'link', linkName: 's/victim' }], nothing),
    { code: 'LAYER_INVALID' },
  ));

test("a directory's mode and time are those of its last entry, though files follow", () =>
  unpack([directory('d', 0), { name: 'd/f', content: 'x' }, directory('d', 0o1700)], (layer) => {
    assert.equal(lstatSync(`${layer}/d`).mode & 0o7777, 0o1700);
    assert.equal(lstatSync(`${layer}/d`).mtimeMs, 1e12);
  }));

test('the last entry of a name wins', () =>
  unpack(
    [
      { name: 'x', content: 'first' },
      directory('x'),
      { name: 'x/y', content: '' },
      { name: 'x', content: 'last' },
    ],
    (layer) => assert.equal(readFileSync(`${layer}/x`, 'utf8'), 'last'),
  ));

test("overlayfs's own attributes are not taken from the tar", () => {
  const names = [
    'trusted.overlay.opaque',
    'trusted.overlay.redirect',
    'user.overlay.opaque',
    'security.selinux',
    'user.mine',
  ];
  const xattrs = new Map(names.map((name) => [name, Buffer.from('y')]));
  return unpack([{ name: 'd', type: 'directory', xattrs }], (layer) =>
    assert.deepEqual(listXattrs(`${layer}/d`), ['user.mine']),
  );
});

test('whiteouts become devices, opaque marks attributes; a directory in place of a whiteout is opaque', () =>
  unpack(
    [
      { name: 'a/.wh.gone', content: '' },
      { name: 'b/.wh..wh..opq', content: '' },
      { name: '.wh.c', content: '' },
      directory('c'),
      directory('e'),
      { name: '.wh.e', content: '' },
      { name: 'f', content: 'kept' },
      { name: '.wh.f', content: '' },
      { name: '.wh..wh.plnk/x', content: '' },
    ],
    (layer) => {
      const gone = lstatSync(`${layer}/a/gone`);
      assert.ok(gone.isCharacterDevice() && gone.rdev === 0);
      for (const name of ['b', 'c', 'e'])
        assert.equal(getXattr(`${layer}/${name}`, 'trusted.overlay.opaque')?.toString(), 'y', name);
      assert.equal(readFileSync(`${layer}/f`, 'utf8'), 'kept');
      assert.deepEqual(readdirSync(layer).sort(), ['a', 'b', 'c', 'e', 'f']);
    },
  ));

test('a bomb is stopped at the limit', async () => {
  const bomb = gzipSync(archiveOf({ name: 'zeros', content: Buffer.alloc(64 << 20) }));
  assert.ok(bomb.length < 100_000);
  await assert.rejects(unpack(bomb, nothing, 1 << 20), { code: 'LAYER_TOO_LARGE' });
});

test('a size that the archive does not have is a cut archive', async () => {
  const lie = memberBytes({ name: 'x', content: 'abc', size: 2 ** 40 });
  await assert.rejects(unpack(lie, nothing), { code: 'TAR_INVALID' });
});

test('long runs of zeros become holes and read as they were', () =>
  unpack(
    [{ name: 'holes', content: Buffer.concat([Buffer.alloc(8 << 20), Buffer.from('end')]) }],
    (layer) => {
      const { size, blocks } = lstatSync(`${layer}/holes`);
      assert.equal(size, (8 << 20) + 3);
      assert.ok(blocks * 512 < 4 << 20);
      assert.equal(readFileSync(`${layer}/holes`).subarray(-3).toString(), 'end');
    },
  ));

test('no sequence of entries reaches outside', async () => {
  const name = fc
    .array(fc.constantFrom('a', 'b', 'c', '..', '.', '', '.wh.a', '.wh..wh..opq', 'outside', 'victim'), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.join('/'));
  const target = fc.oneof(name, fc.constantFrom('../outside', '../../outside/victim', '/', '.', '/outside'));
  const member = fc.oneof(
    name.map((given): Member => ({ name: given, content: 'x' })),
    name.map((given): Member => directory(given)),
    fc.tuple(name, target).map(([given, linkName]): Member => symlink(given, linkName)),
    fc.tuple(name, target).map(([given, linkName]): Member => ({ name: given, type: 'link', linkName })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(member, { maxLength: 12 }), async (members) => {
      try {
        await unpack(members, nothing);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assert.match(String((error as { code?: string }).code), /^(LAYER|TAR)_INVALID$/);
      }
    }),
    { numRuns: 400 },
  );
});
