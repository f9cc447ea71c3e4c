// Compressed layers: whole, readable by other programs, and the same bytes however their source was cut.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { isCaissonError } from '../../../src/core/index.ts';
import {
  compressed,
  compressionName,
  decompressed,
  type LayerCompression,
  parseCompression,
} from '../../../src/store/compression/index.ts';
import { hasProgram } from '../../support/compress.ts';

const sizes = [0, 1, 1000, 1 << 20, (1 << 20) + 1, 9_500_000];

/** Half text that repeats over block borders, half noise. */
function sample(size: number): Buffer {
  const text = Buffer.alloc(Math.ceil(size / 2), 'the quick brown fox jumps over the lazy dog; ');
  return Buffer.concat([text, randomBytes(size - text.length)]);
}

async function compress(bytes: Buffer, compression: LayerCompression, chunk = 1 << 20): Promise<Buffer> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, index) =>
    Buffer.from(bytes.subarray(index * chunk, (index + 1) * chunk)),
  );
  const parts: Buffer[] = [];
  for await (const part of compressed(Readable.from(chunks, { objectMode: false }), compression))
    parts.push(part);
  return Buffer.concat(parts);
}

async function decompress(bytes: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of decompressed(Readable.from([bytes]), (cause) => cause as Error)) parts.push(part);
  return Buffer.concat(parts);
}

for (const kind of ['gzip', 'zstd'] as const)
  for (const size of sizes)
    test(`${kind} of ${size} bytes gives them back`, async () => {
      const bytes = sample(size);
      const packed = await compress(bytes, { kind });
      assert.ok((await decompress(packed)).equals(bytes));
    });

for (const program of ['gzip', 'zstd'] as const)
  test(`${program} reads what is written, whatever the level`, {
    skip: !hasProgram(program) && `"${program}" is not installed`,
  }, async () => {
    const bytes = sample(5_000_000);
    for (const level of [1, 5, 9]) {
      const packed = await compress(bytes, { kind: program, level });
      const { status, stdout, stderr } = spawnSync(program, ['-dc'], { input: packed, maxBuffer: 1 << 26 });
      assert.equal(status, 0, stderr.toString());
      assert.ok(stdout.equals(bytes));
    }
  });

for (const kind of ['gzip', 'zstd'] as const)
  test(`the bytes of ${kind} do not depend on the chunks of the source`, async () => {
    const bytes = sample(6_000_000);
    const [large, small] = [await compress(bytes, { kind }), await compress(bytes, { kind }, 777_777)];
    assert.ok(large.equals(small));
  });

test('gzip is one member whose blocks know what stands before them', async () => {
  const block = randomBytes(1 << 14);
  const bytes = Buffer.concat(Array.from({ length: 192 }, () => block));
  const packed = await compress(bytes, { kind: 'gzip' });
  assert.ok(gunzipSync(packed).equals(bytes));
  const body = packed.subarray(10, -8);
  assert.equal(inflateRawSync(body).length, bytes.length, 'one deflate stream');
  // Every block but the first begins with what stood right before it: without the window each would cost it again.
  assert.ok(packed.length < 3 * block.length, `${packed.length} bytes`);
});

test('a higher level makes fewer bytes', async () => {
  const bytes = Buffer.from(
    Array.from({ length: 200_000 }, (_, index) => `line ${(index * 7919) % 65_521}\n`).join(''),
  );
  for (const kind of ['gzip', 'zstd'] as const) {
    const [fast, small] = await Promise.all([1, 9].map((level) => compress(bytes, { kind, level })));
    assert.ok(fast && small && small.length < fast.length, kind);
  }
});

test('noise is stored, and what is not noise anywhere in a block is compressed', async () => {
  const noise = randomBytes(1 << 20);
  const text = Buffer.alloc(300_000, 'the quick brown fox ');
  const mixed = Buffer.concat([noise.subarray(0, 400_000), text, noise.subarray(400_000, 748_576)]);
  const [stored, packed] = [await compress(noise, { kind: 'gzip' }), await compress(mixed, { kind: 'gzip' })];
  assert.ok(stored.includes(noise.subarray(1000, 2000)), 'as it is');
  assert.ok(packed.length < 800_000, `${packed.length} bytes`);
});

test('uncompressed passes the bytes on', async () => {
  const bytes = sample(3_000_000);
  assert.ok((await compress(bytes, { kind: 'uncompressed' })).equals(bytes));
});

test('an error of the source ends the compression with it', async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield sample(3_000_000);
    throw new Error('the disk is on fire');
  }
  for (const kind of ['gzip', 'zstd', 'uncompressed'] as const)
    await assert.rejects(async () => {
      for await (const _ of compressed(Readable.from(failing()), { kind }));
    }, /the disk is on fire/);
});

test('compressions are parsed with their levels', () => {
  assert.deepEqual(parseCompression('gzip', '9'), { kind: 'gzip', level: 9 });
  assert.deepEqual(parseCompression('zstd', '22'), { kind: 'zstd', level: 22 });
  assert.deepEqual(parseCompression('estargz', undefined), { kind: 'estargz' });
  for (const [kind, level] of [
    ['gzip', '10'],
    ['zstd', '23'],
    ['gzip', '-1'],
    ['zstd', 'best'],
    ['lz4', undefined],
  ] as const)
    assert.throws(
      () => parseCompression(kind, level),
      (error) => isCaissonError(error, 'COMPRESSION_INVALID'),
    );
});

test('the default level is the same compression as that level given', () => {
  assert.equal(compressionName({ kind: 'gzip' }), compressionName({ kind: 'gzip', level: 4 }));
  assert.notEqual(compressionName({ kind: 'gzip' }), compressionName({ kind: 'gzip', level: 6 }));
});
