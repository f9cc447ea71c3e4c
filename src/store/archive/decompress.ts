// Telling how a stream is compressed by its first bytes, and undoing it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, pipeline, type Readable } from 'node:stream';
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
  const head = await peek(source);
  const compression = compressionOf(head);
  if (compression === 'none') return through(source, new PassThrough({ highWaterMark: 1024 * 1024 }));
  if (compression === 'gzip') return through(source, createGunzip({ chunkSize: 256 * 1024 }));
  if (compression === 'zstd') return through(source, createZstdDecompress({ chunkSize: 256 * 1024 }));
  return throughProgram(source, compression);
}

function through(source: Readable, transform: NodeJS.ReadWriteStream & Readable): Readable {
  // pipeline destroys each end with the other's error; who reads the result sees it.
  pipeline(source, transform, () => {});
  return transform;
}

/** Waits for the first bytes and puts them back. */
async function peek(source: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let length = 0; length < magicLength; ) {
    const piece: unknown = source.read();
    if (piece !== null) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : (piece as Buffer);
      pieces.push(bytes);
      length += bytes.length;
      continue;
    }
    if (source.readableEnded || source.destroyed) break;
    if (!(await moreComes(source))) break;
  }
  const head = Buffer.concat(pieces);
  if (head.length > 0 && !source.readableEnded) source.unshift(head);
  if (head.length === 0 || source.readableEnded) throw emptyArchive();
  return head;
}

async function moreComes(source: Readable): Promise<boolean> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    return await Promise.race([
      once(source, 'readable', { signal }).then(() => true),
      once(source, 'end', { signal }).then(() => false),
    ]);
  } finally {
    settled.abort();
  }
}

function throughProgram(source: Readable, program: 'xz' | 'bzip2'): Readable {
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
