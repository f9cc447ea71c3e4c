// A stream's chunks in lists, so that few writes carry many of them.

import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';

const mostGathered = 1 << 20;

/** The chunks of `source` in lists of about a megabyte at most: all that came while the last list was worked on. Destroys `source` at the end. */
export async function* gathered(source: Readable): AsyncGenerator<readonly Buffer[], void, undefined> {
  const waiting = collect(source);
  try {
    for (;;) {
      const { chunks, ended, failure } = await waiting.take();
      if (chunks.length > 0) yield chunks;
      else if (failure !== undefined) throw failure;
      else if (ended) return;
    }
  } finally {
    source.destroy();
  }
}

/** How many bytes a list of chunks has. */
export function bytesIn(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

/** Writes all the chunks at `position`, one behind the other. */
export async function writeAll(file: FileHandle, chunks: readonly Buffer[], position: number): Promise<void> {
  const { bytesWritten } = await file.writev(chunks, position);
  if (bytesWritten === bytesIn(chunks)) return;
  // A full disk takes a part first, and says why the rest does not fit when it is tried.
  await writeAll(file, [Buffer.concat(chunks).subarray(bytesWritten)], position + bytesWritten);
}

interface Taken {
  readonly chunks: readonly Buffer[];
  readonly ended: boolean;
  readonly failure: unknown;
}

function collect(source: Readable): { readonly take: () => Promise<Taken> } {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let ended = false;
  let failure: unknown;
  let wake = (): void => {};
  const finish = (error?: unknown): void => {
    ended = true;
    failure ??= error;
    wake();
  };
  source.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostGathered) source.pause();
    wake();
  });
  source.once('end', finish).once('error', finish).once('close', finish);
  return {
    async take() {
      if (chunks.length === 0 && !ended)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      const taken = { chunks, ended, failure };
      chunks = [];
      bytes = 0;
      source.resume();
      return taken;
    },
  };
}
