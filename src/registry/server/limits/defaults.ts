// What a server takes when it is not told otherwise.

import type { Limits } from '../types.ts';

const mebibyte = 1024 * 1024;

/** The limits of a server for a team. */
export const defaultLimits: Limits = {
  manifestSize: 4 * mebibyte,
  blobSize: 64 * 1024 * mebibyte,
  headerSize: 32 * 1024,
  urlLength: 8 * 1024,
  connections: 4096,
  uploads: 1024,
  uploadsPerClient: 256,
  bodyMemory: 64 * mebibyte,
  bodyMemoryPerClient: 16 * mebibyte,
  idleTimeout: 75_000,
  headersTimeout: 15_000,
  slowestRate: 1024,
  slowPeriod: 30_000,
};
