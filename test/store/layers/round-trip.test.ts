// Packing and unpacking are inverse, and other programs see the same layer.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { TarEntry } from '../../../src/oci/index.ts';
import { packLayer, unpackLayer } from '../../../src/store/layers/index.ts';
import { archiveOf, type Member } from '../../oci/tar/archive.ts';
import { fc } from '../../support/property.ts';
import { describeTree, temporaryFolder } from './tree.ts';

function pack(folder: string): Buffer {
  const chunks: Buffer[] = [];
  packLayer(folder, (chunk) => {
    chunks.push(chunk);
    return 'taken';
  });
  return Buffer.concat(chunks);
}

async function unpack(tar: Buffer, parent: string, name: string): Promise<string> {
  const [file, folder] = [`${parent}/${name}.tar`, `${parent}/${name}`];
  writeFileSync(file, tar);
  mkdirSync(folder);
  const { diffId, size } = await unpackLayer({ file, folder, whiteouts: true });
  assert.equal(diffId, `sha256:${createHash('sha256').update(tar).digest('hex')}`);
  assert.equal(size, tar.length);
  return folder;
}

const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 0x2f);
const wildName = fc
  .array(byte, { minLength: 1, maxLength: 60 })
  .map((codes) => String.fromCharCode(...codes));
const fileName = fc
  .oneof(fc.constantFrom('a', 'b', 'a-', 'a.b', 'B'), wildName)
  .filter((name) => !name.startsWith('.wh.') && name !== '.' && name !== '..');
const path = fc.array(fileName, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const properties = {
  name: path,
  mode: fc.nat(0o7777),
  uid: fc.constantFrom(0, 1000, 3_000_000_000),
  gid: fc.constantFrom(0, 50),
  mtime: fc.constantFrom(0, 1, 1e9, 4_102_444_800, -631_152_000),
};
const xattrs = fc.constantFrom(new Map(), new Map([['user.note', Buffer.from([0, 255, 10])]]));
const member: fc.Arbitrary<Member> = fc.oneof(
  fc.record({
    ...properties,
    xattrs,
    content: fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes)),
  }),
  fc.record({ ...properties, xattrs, type: fc.constant<TarEntry['type']>('directory') }),
  fc.record({
    ...properties,
    type: fc.constant<TarEntry['type']>('symlink'),
    mode: fc.constant(0o777),
    linkName: path,
  }),
  fc.record({ ...properties, type: fc.constant<TarEntry['type']>('fifo') }),
  fc.record({
    ...properties,
    type: fc.constant<TarEntry['type']>('block'),
    deviceMajor: fc.nat(4095),
    deviceMinor: fc.nat(70_000),
  }),
  path.map((name): Member => ({ name: name.replace(/[^/]+$/, '.wh.$&'), content: '' })),
  path.map((name): Member => ({ name: `${name}/.wh..wh..opq`, content: '' })),
);

test('any tree packs, unpacks and packs to the same bytes', { timeout: 100_000 }, async () => {
  using folder = temporaryFolder();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(member, { maxLength: 15 }), async (members) => {
      run += 1;
      let first: string;
      try {
        first = await unpack(archiveOf(...members), folder.path, `${run}-given`);
      } catch (error) {
        // Entries that contradict each other: a file used as a directory, a link that leads nowhere.
        assert.equal((error as { code?: string }).code, 'LAYER_INVALID');
        return;
      }
      const tar = pack(first);
      const second = await unpack(tar, folder.path, `${run}-again`);
      assert.deepEqual(describeTree(second), describeTree(first));
      assert.ok(pack(second).equals(tar));
    }),
    { numRuns: 150 },
  );
});

test('GNU tar unpacks our tar to the same tree', async () => {
  using folder = temporaryFolder();
  const long = 'n'.repeat(200);
  const source = await unpack(
    archiveOf(
      { name: 'd', type: 'directory', mode: 0o1777, mtime: 5 },
      { name: 'd/suid', content: 'x'.repeat(3000), mode: 0o4755, uid: 3_000_000, gid: 7 },
      { name: `d/${long}/${long}`, content: 'y' },
      { name: 'd/hard', type: 'link', linkName: 'd/suid' },
      { name: 'd/\xe4\xff', type: 'symlink', linkName: `../${long}`, mode: 0o777 },
      { name: 'null', type: 'character', deviceMajor: 1, deviceMinor: 3 },
      { name: 'note', content: '', xattrs: new Map([['user.note', Buffer.from('v')]]) },
    ),
    folder.path,
    'source',
  );
  const target = `${folder.path}/target`;
  mkdirSync(target);
  const options = ['--numeric-owner', '--xattrs', '--xattrs-include=*', '-xpf', '-', '-C', target];
  execFileSync('tar', options, { input: pack(source) });
  assert.deepEqual(describeTree(target), describeTree(source));
});

test('siblings come in the order of their bytes, a directory before what is in it', async () => {
  using folder = temporaryFolder();
  const names = ['a/x', 'a-', 'a.b', '\xc3\xa4', 'Z', '\xff'];
  const source = await unpack(archiveOf(...names.map((name) => ({ name, content: '' }))), folder.path, 's');
  const listing = execFileSync('tar', ['-tf', '-', '--quoting-style=literal'], { input: pack(source) });
  assert.deepEqual(listing.toString('latin1').trim().split('\n'), [
    'Z',
    'a/',
    'a/x',
    'a-',
    'a.b',
    '\xc3\xa4',
    '\xff',
  ]);
});
