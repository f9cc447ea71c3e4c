// eStargz layers, read by the format's rules alone: the footer gives the table, the table gives every file's bytes.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { isCaissonError } from '../../../src/core/index.ts';
import { encodeHeader, endOfArchive, padding, sha256, type TarEntry } from '../../../src/oci/index.ts';
import { compressed } from '../../../src/store/compression/index.ts';

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly size?: number;
  readonly linkName?: string;
  readonly mode?: number;
  readonly xattrs?: Readonly<Record<string, string>>;
  readonly offset?: number;
  readonly digest?: string;
  readonly chunkOffset?: number;
  readonly chunkSize?: number;
  readonly chunkDigest?: string;
}

const large = randomBytes(9_000_000);
const contents = new Map<string, Buffer>([
  ['etc/hello', Buffer.from('hello\n')],
  ['etc/large', large],
  ['etc/last', Buffer.alloc(200_000, 'x')],
]);

function entry(name: string, rest: Partial<TarEntry> = {}): TarEntry {
  return { type: 'file', name, mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 1_700_000_000, ...rest };
}

function tarOf(entries: readonly (readonly [TarEntry, Buffer?])[]): Buffer {
  const blocks = entries.flatMap(([header, content = Buffer.alloc(0)]) => [
    encodeHeader(header),
    content,
    Buffer.alloc(padding(content.length)),
  ]);
  return Buffer.concat([...blocks, endOfArchive]);
}

const tar = tarOf([
  [entry('etc', { type: 'directory', mode: 0o755 })],
  ...[...contents].map(([name, bytes]) => [entry(name, { size: bytes.length }), bytes] as const),
  [entry('etc/empty')],
  [entry('etc/link', { type: 'symlink', linkName: 'hello', mode: 0o777 })],
  [entry('etc/other', { type: 'link', linkName: 'etc/hello' })],
  [entry('etc/null', { type: 'character', deviceMajor: 1, deviceMinor: 3 })],
  [entry('etc/marked', { xattrs: new Map([['user.mark', Buffer.from('yes')]]) })],
]);

async function write(bytes: Buffer, chunk = 1 << 20) {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, index) =>
    Buffer.from(bytes.subarray(index * chunk, (index + 1) * chunk)),
  );
  const parts: Buffer[] = [];
  const writer = compressed(Readable.from(chunks, { objectMode: false }), { kind: 'estargz' });
  for (let next = await writer.next(); ; next = await writer.next()) {
    if (next.done) return { blob: Buffer.concat(parts), trailer: next.value };
    parts.push(next.value);
  }
}

/** The table, found as a lazy reader does: from the last 51 bytes. */
function readToc(blob: Buffer): { readonly json: Buffer; readonly entries: readonly Entry[] } {
  const footer = blob.subarray(-51);
  assert.equal(footer.toString('latin1', 0, 4), '\x1f\x8b\x08\x04', 'gzip with an extra field');
  assert.equal(footer.readUInt16LE(10), 26);
  assert.equal(footer.toString('latin1', 12, 14), 'SG');
  assert.equal(footer.readUInt16LE(14), 22);
  assert.equal(footer.toString('latin1', 32, 38), 'STARGZ');
  assert.equal(gunzipSync(footer).length, 0);
  const offset = Number.parseInt(footer.toString('latin1', 16, 32), 16);
  const table = gunzipSync(blob.subarray(offset, -51));
  assert.equal(table.toString('latin1', 0, 17), 'stargz.index.json');
  const size = Number.parseInt(table.toString('latin1', 124, 135), 8);
  const json = table.subarray(512, 512 + size);
  const { version, entries } = JSON.parse(json.toString()) as { version: number; entries: Entry[] };
  assert.equal(version, 1);
  return { json, entries };
}

/** A chunk's bytes from its own gzip member, without what stands before. */
function readChunk(blob: Buffer, { offset = 0 }: Entry, size: number): Buffer {
  const member = blob.subarray(offset);
  assert.equal(member.readUInt16BE(0), 0x1f8b, 'a member begins where the table says');
  return inflateRawSync(member.subarray(10)).subarray(0, size);
}

test('every file is found through the table, chunk by chunk', async () => {
  const { blob } = await write(tar);
  const { entries } = readToc(blob);
  for (const [name, content] of contents) {
    const chunks = entries.filter((candidate) => candidate.name === name);
    assert.equal(chunks[0]?.type, 'reg');
    assert.equal(chunks[0]?.size, content.length);
    assert.equal(chunks[0]?.digest, sha256(content));
    assert.equal(chunks.length, Math.ceil(content.length / (4 << 20)));
    let at = 0;
    for (const chunk of chunks) {
      assert.equal(chunk.chunkOffset ?? 0, at);
      const size = chunk.chunkSize ?? content.length - at;
      const bytes = readChunk(blob, chunk, size);
      assert.ok(bytes.equals(content.subarray(at, at + size)), `${name} at ${at}`);
      assert.equal(chunk.chunkDigest, sha256(bytes));
      at += size;
    }
    assert.equal(at, content.length);
  }
});

test('the table lists what is not a file with content', async () => {
  const { entries } = readToc((await write(tar)).blob);
  const byName = new Map(entries.map((each) => [each.name, each]));
  assert.deepEqual(byName.get('etc/'), {
    name: 'etc/',
    type: 'dir',
    modtime: '2023-11-14T22:13:20Z',
    mode: 0o755,
  });
  assert.equal(byName.get('etc/empty')?.type, 'reg');
  assert.equal(byName.get('etc/empty')?.offset, undefined);
  assert.equal(byName.get('etc/link')?.linkName, 'hello');
  assert.equal(byName.get('etc/other')?.type, 'hardlink');
  assert.equal(byName.get('etc/null')?.type, 'char');
  assert.deepEqual(byName.get('etc/marked')?.xattrs, { 'user.mark': Buffer.from('yes').toString('base64') });
});

test('the blob is ordinary gzip of the whole tar, with the table after its end', async () => {
  const { blob, trailer } = await write(tar);
  const plain = gunzipSync(blob);
  assert.ok(plain.subarray(0, tar.length).equals(tar));
  assert.equal(trailer.diffId, sha256(plain));
  assert.equal(trailer.annotations?.['containerd.io/snapshot/stargz/toc.digest'], sha256(readToc(blob).json));
  assert.equal(trailer.annotations?.['io.containers.estargz.uncompressed-size'], String(plain.length));
});

test('the bytes do not depend on the chunks of the source', async () => {
  const [large, small] = [await write(tar), await write(tar, 333_333)];
  assert.deepEqual(readToc(small.blob).entries.length, readToc(large.blob).entries.length);
  assert.ok(small.blob.equals(large.blob));
});

test('a million headers do not become one member', async () => {
  const many = tarOf(Array.from({ length: 30_000 }, (_, index) => [entry(`empty-${index}`)] as const));
  const { blob } = await write(many);
  assert.ok(gunzipSync(blob).subarray(0, many.length).equals(many));
  assert.equal(readToc(blob).entries.length, 30_000);
  assert.ok((await write(many, 777_777)).blob.equals(blob), 'wherever the source was cut');
});

test('a layer that has a table already is refused', async () => {
  await assert.rejects(write(tarOf([[entry('stargz.index.json')]])), (error) =>
    isCaissonError(error, 'LAYER_UNFIT'),
  );
});
