// Reading files in large pieces from few buffers, the next piece while the last one is on its way.

import type { FileHandle } from 'node:fs/promises';
import { RegistryError } from '../../errors.ts';

const pieceSize = 256 * 1024;
/** Buffers kept for the next reader. */
const kept: Buffer[] = [];
const mostKept = 32;

/** Bytes of `file` from `start` to before `end`; a piece is valid until the next one is asked for. */
export async function* readPieces(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  const buffers = [take(), take()] as const;
  let ahead = readPiece(file, buffers[0], start, end);
  try {
    let position = start;
    for (let turn = 1; position < end; turn++) {
      const piece = await ahead;
      position += piece.length;
      if (position < end) ahead = readPiece(file, turn % 2 ? buffers[1] : buffers[0], position, end);
      yield piece;
    }
  } finally {
    // A reader that stops early: the buffers may be given to another only when nothing is read into them any more.
    await ahead.catch(() => undefined);
    for (const buffer of buffers) if (kept.length < mostKept) kept.push(buffer);
  }
}

function take(): Buffer {
  return kept.pop() ?? Buffer.allocUnsafeSlow(pieceSize);
}

async function readPiece(file: FileHandle, buffer: Buffer, position: number, end: number): Promise<Buffer> {
  const wanted = Math.min(buffer.length, end - position);
  if (wanted === 0) return buffer.subarray(0, 0);
  const { bytesRead } = await file.read(buffer, 0, wanted, position);
  if (bytesRead === 0) throw new RegistryError('UNKNOWN', `A blob ends at byte ${position}, expected ${end}`);
  return buffer.subarray(0, bytesRead);
}
