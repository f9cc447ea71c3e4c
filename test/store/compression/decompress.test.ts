// Streams as compressors really write them: several members or frames, skippable ones, cut ones.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { decompressed } from '../../../src/store/compression/index.ts';
import { compressedBy, hasProgram, programs } from '../../support/compress.ts';

const half = randomBytes(300_000);
const other = Buffer.alloc(400_000, 'other');
const whole = Buffer.concat([half, other]);
const skippable = skippableFrame(0x50);
const frames = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);

const forms: readonly (readonly [what: string, bytes: Buffer, plain?: Buffer])[] = [
  ['plain bytes', whole],
  ['nothing', Buffer.alloc(0), Buffer.alloc(0)],
  ['one gzip member', gzipSync(whole)],
  ['two gzip members', frames(gzipSync(half), gzipSync(other))],
  ['gzip with trailing zeros', frames(gzipSync(whole), Buffer.alloc(100))],
  ['one zstd frame', zstdCompressSync(whole)],
  ['two zstd frames', frames(zstdCompressSync(half), zstdCompressSync(other))],
  ['a skippable zstd frame first', frames(skippable, zstdCompressSync(whole))],
  ['a skippable zstd frame between', frames(zstdCompressSync(half), skippable, zstdCompressSync(other))],
  ['skippable zstd frames last', frames(zstdCompressSync(whole), skippable, skippable)],
  [
    'a hundred zstd frames',
    frames(
      ...Array.from({ length: 100 }, (_, index) =>
        zstdCompressSync(whole.subarray(index * 7000, (index + 1) * 7000)),
      ),
    ),
  ],
];

for (const [what, bytes, plain = whole] of forms)
  for (const size of [1000, 1 << 20])
    test(`${what}, in pieces of ${size} bytes`, { timeout: 20_000 }, async () => {
      assert.ok(plain.equals(await collect(pieces(bytes, size))));
    });

for (const [what, compress] of [
  ['gzip member', gzipSync],
  ['zstd frame', zstdCompressSync],
] as const)
  test(`each ${what} in a piece of its own, empty pieces between`, { timeout: 20_000 }, async () => {
    const parts = [compress(half), Buffer.alloc(0), compress(other), Buffer.alloc(0)];
    assert.ok(whole.equals(await collect(parts)));
  });

for (let low = 0; low < 16; low++)
  test(`the skippable zstd frame ${low} first`, async () => {
    assert.ok(half.equals(await collect([frames(skippableFrame(0x50 + low), zstdCompressSync(half))])));
  });

for (const [what, bytes] of [
  ['gzip', gzipSync(whole).subarray(0, -9)],
  ['zstd', zstdCompressSync(half).subarray(0, -9)],
  ['zstd in its second frame', frames(zstdCompressSync(half), zstdCompressSync(half).subarray(0, 5000))],
  ['zstd followed by noise', frames(zstdCompressSync(half), Buffer.from('noise, not a frame'))],
] as const)
  test(`cut or damaged ${what} is refused`, { timeout: 20_000 }, async () => {
    await assert.rejects(collect([bytes]), /^Error: refused: ./);
  });

for (const program of programs) {
  const skip = !hasProgram(program) && `"${program}" is not installed`;
  test(`${program}, one stream and two`, { skip, timeout: 20_000 }, async () => {
    const [one, two] = [compressedBy(program, half), compressedBy(program, other)];
    assert.ok(half.equals(await collect(pieces(one, 1000))));
    assert.ok(whole.equals(await collect([frames(one, two)])));
  });
  test(`cut or damaged ${program} is refused`, { skip, timeout: 20_000 }, async () => {
    const bytes = compressedBy(program, whole);
    await assert.rejects(collect([bytes.subarray(0, -20)]), /^Error: refused: ./);
    await assert.rejects(collect([bytes.fill(0x55, 2000, 3000)]), /^Error: refused: ./);
  });
  test(`${program} is given up in the middle`, { skip, timeout: 20_000 }, async () => {
    const source = Readable.from(pieces(compressedBy(program, Buffer.alloc(50_000_000)), 1000));
    for await (const chunk of decompressed(source, refused)) {
      assert.ok(chunk.length <= 1 << 20);
      break;
    }
    assert.ok(source.destroyed);
  });
  test(`${program} that is not installed is asked for`, { skip, timeout: 20_000 }, async () => {
    const bytes = compressedBy(program, half);
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    try {
      await assert.rejects(collect([bytes]), { code: 'PROGRAM_NOT_FOUND' });
    } finally {
      process.env['PATH'] = path;
    }
  });
}

test('chunks are bounded, however much there is', { timeout: 20_000 }, async () => {
  for (const compress of [gzipSync, zstdCompressSync]) {
    let size = 0;
    for await (const chunk of decompressed(Readable.from([compress(Buffer.alloc(20 << 20))]), refused)) {
      assert.ok(chunk.length <= 1 << 20);
      size += chunk.length;
    }
    assert.equal(size, 20 << 20);
  }
});

test('an error of the source is told as it is', { timeout: 20_000 }, async () => {
  await assert.rejects(collect(createReadStream('/nonexistent')), { code: 'ENOENT' });
  for (const bytes of [gzipSync(half), zstdCompressSync(half), whole]) {
    await assert.rejects(collect(failing(bytes.subarray(0, 100_000))), /^Error: unplugged$/);
  }
});

function* failing(bytes: Buffer): Generator<Buffer> {
  yield bytes;
  throw new Error('unplugged');
}

function skippableFrame(magic: number): Buffer {
  return Buffer.concat([Buffer.of(magic, 0x2a, 0x4d, 0x18, 5, 0, 0, 0), Buffer.from('hello')]);
}

function pieces(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

function refused(cause: unknown): Error {
  return new Error(`refused: ${String(cause)}`);
}

async function collect(source: Iterable<Buffer> | Readable): Promise<Buffer> {
  const stream = source instanceof Readable ? source : Readable.from(source);
  const found: Buffer[] = [];
  for await (const chunk of decompressed(stream, refused)) found.push(chunk);
  assert.ok(stream.destroyed);
  return Buffer.concat(found);
}
