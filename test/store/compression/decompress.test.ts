// Streams as compressors really write them: several members or frames, skippable ones, cut ones.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { bunzipped } from '../../../src/store/compression/bzip2.ts';
import { decompressed } from '../../../src/store/compression/index.ts';
import { compressedBy, hasProgram, programs } from '../../support/compress.ts';
import { fc } from '../../support/property.ts';

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
  test(`${program} is decompressed without the program`, { skip, timeout: 20_000 }, async () => {
    const bytes = compressedBy(program, whole);
    assert.ok(whole.equals(await withoutPrograms(() => collect(pieces(bytes, 100_000)))));
  });
  test(`${program} followed by something else is refused`, { skip, timeout: 20_000 }, async () => {
    const bytes = frames(compressedBy(program, half), Buffer.from('noise, neither format'));
    await assert.rejects(collect([bytes]), /^Error: refused: .* follows the .* data$/);
  });
  test(`a damaged byte anywhere in ${program} never gives other bytes`, {
    skip,
    timeout: 60_000,
  }, async () => {
    const text = Buffer.from('All work and no play makes Jack a dull boy.\n'.repeat(50));
    const bytes = compressedBy(program, text);
    for (let at = 6; at < bytes.length; at += 9) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8((bytes[at] ?? 0) ^ 0x10, at);
      const found = await collect([damaged]).catch((error: unknown) => String(error));
      if (typeof found === 'string') assert.match(found, /^Error: refused: ./);
      else assert.ok(text.equals(found), `byte ${at} of ${bytes.length}`);
    }
  });
  test(`two streams of ${program} are read at once`, { skip, timeout: 20_000 }, async () => {
    const bytes = compressedBy(program, whole);
    const first = decompressed(Readable.from(pieces(bytes, 1000)), refused);
    assert.equal((await first.next()).done, false);
    assert.ok(whole.equals(await collect([bytes])));
    await first.return();
  });
}

const noXz = !hasProgram('xz') && '"xz" is not installed';

test('xz with padding between its streams and after them', { skip: noXz, timeout: 20_000 }, async () => {
  const [one, two] = [compressedBy('xz', half), compressedBy('xz', other)];
  assert.ok(whole.equals(await collect([frames(one, Buffer.alloc(8), two, Buffer.alloc(4))])));
});

for (const check of ['none', 'crc32', 'crc64'])
  for (const [form, options] of [
    ['one block', []],
    ['blocks whose sizes are told', ['-T2', '--block-size=100000']],
  ] as const)
    test(`xz with check ${check} in ${form}`, { skip: noXz, timeout: 20_000 }, async () => {
      const bytes = execFileSync('xz', ['-1c', '-C', check, ...options], { input: whole });
      assert.ok(whole.equals(await withoutPrograms(() => collect([bytes]))));
    });

for (const options of [
  ['-C', 'sha256'],
  ['--x86', '--lzma2'],
  ['--lzma2=dict=96MiB'],
  ['-T2', '--block-size=100000', '--delta', '--lzma2'],
])
  test(`xz ${options.join(' ')} is left to the program`, { skip: noXz, timeout: 20_000 }, async () => {
    const bytes = execFileSync('xz', ['-c', ...options], { input: whole });
    assert.ok(whole.equals(await collect([bytes])));
    await assert.rejects(
      withoutPrograms(() => collect([bytes])),
      { code: 'PROGRAM_NOT_FOUND' },
    );
  });

const noBzip2 = !hasProgram('bzip2') && '"bzip2" is not installed';

for (const length of [0, 1, 3, 4, 5, 255, 258, 259, 260, 264, 5_000_000])
  test(`bzip2 of ${length} equal bytes`, { skip: noBzip2, timeout: 20_000 }, async () => {
    const plain = Buffer.alloc(length, 0x41);
    assert.ok(plain.equals(await collect([compressedBy('bzip2', plain)])));
  });

test('bzip2 of very many small streams', { skip: noBzip2, timeout: 60_000 }, async () => {
  const bytes = compressedBy('bzip2', Buffer.from('some text'));
  const many = Buffer.concat(Array.from({ length: 2000 }, () => bytes));
  assert.equal((await collect([many])).toString(), 'some text'.repeat(2000));
});

for (const level of [1, 5, 9])
  test(`bzip2 -${level} of several blocks with all bytes`, { skip: noBzip2, timeout: 20_000 }, async () => {
    const plain = Buffer.concat([whole, whole, whole]);
    const bytes = execFileSync('bzip2', [`-${level}c`], { input: plain });
    assert.ok(plain.equals(await collect(pieces(bytes, 10_000))));
  });

test('no bzip2 makes the decoder do anything but read or refuse it', {
  skip: noBzip2,
  timeout: 60_000,
}, async () => {
  const bytes = compressedBy('bzip2', half.subarray(0, 3000));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(bytes.length - 1),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      async (at, put) => {
        const changed = Buffer.from(bytes);
        changed.set(put.subarray(0, bytes.length - at), at);
        const found: Uint8Array[] = [];
        try {
          for await (const chunk of bunzipped(Readable.from([changed]))) found.push(chunk);
        } catch (error) {
          assert.match(String(error), /^Error: .*(bzip2|is cut)/);
          return;
        }
        assert.ok(Buffer.concat(found).equals(half.subarray(0, 3000)));
      },
    ),
    { numRuns: 300 },
  );
});

async function withoutPrograms<Result>(action: () => Promise<Result>): Promise<Result> {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nonexistent';
  try {
    return await action();
  } finally {
    process.env['PATH'] = path;
  }
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
