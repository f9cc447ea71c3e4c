// Unpacks a layer blob into a layer folder in one pass: decompressed, hashed, parsed, written.

import { createHash } from 'node:crypto';
import { createReadStream, statfsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { CaissonError, errnoOf } from '../../core/index.ts';
import { TarReader } from '../../oci/index.ts';
import { decompressed } from '../compression/index.ts';
import { corruptLayer } from './invalid-layer.ts';
import { LayerWriter } from './layer-writer.ts';

/** What to unpack and where; plain data that travels to a worker thread. */
export interface UnpackRequest {
  /** The blob: a tar, as it is or compressed. */
  readonly file: string;
  /** An existing empty folder. */
  readonly folder: string;
  /** Whether `.wh.` names are whiteouts. */
  readonly whiteouts: boolean;
  /** The most uncompressed bytes to accept; default: what the file system has free. */
  readonly maxBytes?: number;
}

/** What was unpacked: the uncompressed tar's digest and size, and the bytes its files take on disk. */
export interface UnpackResult {
  readonly diffId: string;
  readonly size: number;
  readonly usage: number;
}

/** Unpacks; on failure the folder holds what was written until then. Throws `LAYER_INVALID`, `TAR_INVALID`, `LAYER_TOO_LARGE`, `DISK_FULL`. */
export function unpackLayer(request: UnpackRequest): Promise<UnpackResult> {
  return unpackStream(createReadStream(request.file, { highWaterMark: 1 << 20 }), request);
}

/** Unpacks the blob that `source` gives, as {@link unpackLayer}. */
export async function unpackStream(
  source: Readable,
  request: Omit<UnpackRequest, 'file'>,
): Promise<UnpackResult> {
  const limit = request.maxBytes ?? freeBytes(request.folder);
  const hash = createHash('sha256');
  using writer = new LayerWriter(request.folder, { whiteouts: request.whiteouts });
  const reader = new TarReader(writer);
  let size = 0;
  try {
    for await (const chunk of decompressed(source, corruptLayer)) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      hash.update(chunk);
      reader.push(chunk);
    }
    reader.finish();
    writer.close();
  } catch (error) {
    throw isFull(error) ? diskFull(request.folder, error) : error;
  }
  return { diffId: `sha256:${hash.digest('hex')}`, size, usage: writer.usage };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errnoOf(error) ?? '');
}

function tooLarge(limit: number): CaissonError {
  return new CaissonError(
    'LAYER_TOO_LARGE',
    `The layer unpacks to more than the ${limit} bytes there is space for`,
    {
      hint: 'Free some disk space, or check that the image is one you trust.',
    },
  );
}

function diskFull(folder: string, cause: unknown): CaissonError {
  return new CaissonError(
    'DISK_FULL',
    `No space is left on the disk of "${folder}": a layer could not be unpacked`,
    {
      hint: 'Free space with `caisson prune`, or choose a root on another disk with --root.',
      cause,
    },
  );
}
