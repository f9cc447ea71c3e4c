// Compressed data for the tests, in every form that is read.

import { execFileSync, spawnSync } from 'node:child_process';
import { gzipSync, zstdCompressSync } from 'node:zlib';

/** The programs of the formats that Node cannot write. */
export const programs = ['xz', 'bzip2'] as const;

/** Whether `program` can be run here. */
export function hasProgram(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** What `program` makes of the bytes. */
export function compressedBy(program: (typeof programs)[number], bytes: Buffer): Buffer {
  return execFileSync(program, ['-1c'], { input: bytes, maxBuffer: 1 << 28 });
}

/** One way to compress; `skip` says why it cannot be tried here. */
export interface CompressedForm {
  readonly name: string;
  readonly skip: string | false;
  compress(bytes: Buffer): Buffer;
}

/** Every form that a compressed archive may have. */
export const compressedForms: readonly CompressedForm[] = [
  { name: 'gzip', skip: false, compress: (bytes) => gzipSync(bytes) },
  { name: 'gzip of several members', skip: false, compress: (bytes) => inParts(bytes, gzipSync) },
  { name: 'zstd', skip: false, compress: (bytes) => zstdCompressSync(bytes) },
  { name: 'zstd of several frames', skip: false, compress: (bytes) => inParts(bytes, zstdCompressSync) },
  {
    name: 'zstd with skippable frames',
    skip: false,
    compress: (bytes) => Buffer.concat([skippable, inParts(bytes, zstdCompressSync), skippable]),
  },
  ...programs.map((program) => ({
    name: program,
    skip: !hasProgram(program) && `"${program}" is not installed`,
    compress: (bytes: Buffer) => compressedBy(program, bytes),
  })),
];

const skippable = Buffer.from('5a2a4d180500000068656c6c6f', 'hex');

function inParts(bytes: Buffer, compress: (part: Buffer) => Buffer): Buffer {
  const length = Math.ceil(bytes.length / 5);
  const parts = [0, 1, 2, 3, 4].map((index) => bytes.subarray(index * length, (index + 1) * length));
  return Buffer.concat(parts.map((part) => compress(part)));
}
