// Compresses one block of bytes at once: what the worker threads do. Node's zstd streams are not used, because with several
// threads they end early without a word (nodejs/node#59899).

import { constants, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { isCompressible } from './compressible.ts';

/** A block to compress. */
export type BlockJob =
  | {
      /** A piece of one deflate stream; `dictionary` is what stands before it, at most 32 KB. */
      readonly kind: 'deflate';
      readonly bytes: Uint8Array;
      readonly level: number;
      readonly dictionary: Uint8Array | undefined;
      readonly last: boolean;
    }
  | { readonly kind: 'zstd'; readonly bytes: Uint8Array; readonly level: number }
  | {
      /** Each part becomes a gzip member of its own. */
      readonly kind: 'members';
      readonly bytes: Uint8Array;
      readonly level: number;
      /** Lengths of the parts, which make up `bytes`. */
      readonly parts: readonly number[];
    };

/** The compressed block, and the lengths of the members it is made of. */
export interface BlockResult {
  readonly bytes: Uint8Array;
  readonly members: readonly number[];
}

/** Compresses a block; the same job gives the same bytes wherever it runs. */
export function compressBlock(job: BlockJob): BlockResult {
  switch (job.kind) {
    case 'deflate':
      return whole(deflate(job));
    case 'zstd':
      return whole(
        zstdCompressSync(job.bytes, { params: { [constants.ZSTD_c_compressionLevel]: job.level } }),
      );
    case 'members':
      return gzipMembers(job);
  }
}

function deflate({ bytes, level, dictionary, last }: Extract<BlockJob, { kind: 'deflate' }>): Buffer {
  return deflateRawSync(bytes, {
    level: usefulLevel(bytes, level),
    memLevel: 9,
    chunkSize: Math.max(64, bytes.length + 1024),
    // A flushed piece ends on a byte, so that the next one can follow it.
    finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    ...(dictionary === undefined ? {} : { dictionary }),
  });
}

function gzipMembers({ bytes, level, parts }: Extract<BlockJob, { kind: 'members' }>): BlockResult {
  const members: Buffer[] = [];
  let at = 0;
  for (const length of parts) {
    members.push(gzipPart(bytes.subarray(at, at + length), level));
    at += length;
  }
  return { bytes: exact(Buffer.concat(members)), members: members.map((member) => member.length) };
}

function gzipPart(part: Uint8Array, level: number): Buffer {
  return gzipSync(part, { level: usefulLevel(part, level), memLevel: 9 });
}

/** Noise is stored as it is. */
function usefulLevel(bytes: Uint8Array, level: number): number {
  return level > 0 && isCompressible(bytes) ? level : 0;
}

function whole(bytes: Buffer): BlockResult {
  return { bytes: exact(bytes), members: [bytes.length] };
}

/** Bytes that share their memory with nothing: sending a view to another thread would send all it is a view of. */
function exact(bytes: Buffer): Uint8Array {
  const { buffer, byteOffset, length } = bytes;
  if (buffer.byteLength === length) return bytes;
  // What is left of a large buffer is given back now, not when garbage is collected; small ones may be of Node's pool.
  const isOwn = byteOffset === 0 && buffer.byteLength > largestPool;
  return new Uint8Array(isOwn ? (buffer as ArrayBuffer).transfer(length) : bytes);
}

const largestPool = 64 * 1024;
