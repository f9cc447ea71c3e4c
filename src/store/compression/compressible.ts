// Telling quickly what deflate would only waste time on: data that is compressed or encrypted already.

import { constants, zstdCompressSync } from 'node:zlib';

const sampleSize = 16 * 1024;
const samples = 4;
/** What must be gained. */
const worthwhile = 0.97;

/**
 * Whether deflate is likely to gain anything on `bytes`. Zstd's fastest level passes over noise twenty times as fast as deflate
 * does: a few samples are asked first, and the whole only where all of them are noise.
 */
export function isCompressible(bytes: Uint8Array): boolean {
  if (bytes.length < samples * sampleSize) return true;
  const step = Math.floor((bytes.length - sampleSize) / (samples - 1));
  for (let index = 0; index < samples; index++)
    if (gains(bytes.subarray(index * step, index * step + sampleSize))) return true;
  return gains(bytes);
}

function gains(bytes: Uint8Array): boolean {
  const { length } = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  return length < bytes.length * worthwhile;
}
