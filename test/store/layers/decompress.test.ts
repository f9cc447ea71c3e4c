// Layer blobs as compressors really write them: several members or frames, skippable ones, cut ones.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { decompressed } from '../../../src/store/layers/index.ts';

const half = randomBytes(300_000);
const other = Buffer.alloc(400_000, 'other');
const whole = Buffer.concat([half, other]);
const skippable = Buffer.concat([Buffer.from('502a4d1805000000', 'hex'), Buffer.from('hello')]);
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
      assert.ok(plain.equals(await collect(bytes, size)));
    });

for (const [what, bytes] of [
  ['gzip', gzipSync(whole).subarray(0, -9)],
  ['zstd', zstdCompressSync(half).subarray(0, -9)],
  ['zstd in its second frame', frames(zstdCompressSync(half), zstdCompressSync(half).subarray(0, 5000))],
  ['zstd followed by noise', frames(zstdCompressSync(half), Buffer.from('noise, not a frame'))],
] as const)
  test(`cut or damaged ${what} is refused`, { timeout: 20_000 }, async () => {
    await assert.rejects(collect(bytes, 1 << 20), { code: 'LAYER_INVALID' });
  });

async function collect(bytes: Buffer, size: number): Promise<Buffer> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  const found: Buffer[] = [];
  for await (const chunk of decompressed(Readable.from(pieces, { objectMode: false }))) found.push(chunk);
  return Buffer.concat(found);
}
