// Telling how a stream is compressed by its first bytes, and undoing it.

import { spawn } from 'node:child_process';
import { PassThrough, pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { CaissonError } from '../../core/index.ts';

/** How bytes are compressed. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';

const magics: readonly (readonly [Compression, Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
  ['bzip2', Buffer.from('BZh')],
];

/** How many bytes {@link compressionOf} needs. */
export const magicLength = 6;

/** Tells the compression by the first bytes. */
export function compressionOf(head: Buffer): Compression {
  return magics.find(([, magic]) => head.subarray(0, magic.length).equals(magic))?.[0] ?? 'none';
}

/** The uncompressed bytes of `source`. Destroying the result destroys the source. Throws `PROGRAM_NOT_FOUND` for xz without `xz`. */
export async function decompressed(source: Readable): Promise<Readable> {
  const { head, whole } = await peek(source);
  const compression = compressionOf(head);
  if (compression === 'none') return Readable.from(whole, { objectMode: false });
  if (compression === 'gzip') return through(whole, createGunzip({ chunkSize: 256 * 1024 }));
  if (compression === 'zstd') return through(whole, createZstdDecompress({ chunkSize: 256 * 1024 }));
  return throughProgram(whole, compression);
}

function through(source: AsyncIterable<Buffer>, transform: Transform): Readable {
  // pipeline destroys each end with the other's error; who reads the result sees it.
  pipeline(source, transform, () => {});
  return transform;
}

/** Takes the first bytes, and gives all of them again with the rest. */
async function peek(
  source: Readable,
): Promise<{ readonly head: Buffer; readonly whole: AsyncIterable<Buffer> }> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>;
  let head: Buffer = Buffer.alloc(0);
  while (head.length < magicLength) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, bytesOf(value)]);
  }
  if (head.length < magicLength) throw emptyArchive();
  return { head, whole: rejoin(head, chunks, source) };
}

async function* rejoin(
  head: Buffer,
  chunks: AsyncIterator<Buffer | string>,
  source: Readable,
): AsyncGenerator<Buffer> {
  try {
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield bytesOf(next.value);
  } finally {
    source.destroy();
  }
}

function bytesOf(chunk: Buffer | string): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

function throughProgram(source: AsyncIterable<Buffer>, program: 'xz' | 'bzip2'): Readable {
  const child = spawn(program, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output = new PassThrough({ highWaterMark: 1024 * 1024 });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => {
    complaint = `${complaint}${text.toString()}`.slice(0, 500);
  });
  child.on('error', (cause) => output.destroy(programMissing(program, cause)));
  pipeline(source, child.stdin, () => {});
  child.stdout.pipe(output, { end: false });
  child.on('close', (code) => {
    if (code === 0) output.end();
    else output.destroy(new CaissonError('ARCHIVE_INVALID', `"${program}" failed: ${complaint.trim()}`));
  });
  output.on('close', () => child.kill());
  return output;
}

function emptyArchive(): CaissonError {
  return new CaissonError('ARCHIVE_INVALID', 'The archive is empty or shorter than any archive', {
    hint: 'Check that the program that writes it did not fail.',
  });
}

function programMissing(program: string, cause: unknown): CaissonError {
  return new CaissonError(
    'PROGRAM_NOT_FOUND',
    `The archive is compressed with ${program}, which cannot be run`,
    {
      cause,
      hint: `Install "${program}", or decompress the archive first.`,
    },
  );
}
