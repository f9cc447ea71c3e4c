// Decompression in a thread of its own, of the formats whose decoders would hold up the main thread.

import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../core/index.ts';

/** The formats that a thread decodes. */
export type WorkerFormat = 'xz' | 'bzip2';

/** What the thread says: that it wants input, what it decoded, and how it ended. */
export type FromDecoder =
  | { readonly kind: 'input' }
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly message: string };

/** What it is told: the input it wanted, none at the end; and that its output is used up. */
export type ToDecoder =
  | { readonly kind: 'input'; readonly chunk: Uint8Array | undefined }
  | { readonly kind: 'taken' };

/** The bytes of `source` decoded; the thread is ended with it. Throws what the decoder complains of. */
export async function* decodedInThread(
  format: WorkerFormat,
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const input = source[Symbol.asyncIterator]();
  const worker = new Worker(workerUrl('decompress', import.meta.url), { execArgv: [], workerData: format });
  const tell = (message: ToDecoder, transfer: readonly ArrayBuffer[] = []): void =>
    worker.postMessage(message, transfer);
  const failed = new AbortController();
  const supply = async (): Promise<void> => {
    const next = await input.next();
    if (next.done) return tell({ kind: 'input', chunk: undefined });
    // A copy: sending a view would send all it is a view of.
    const chunk = new Uint8Array(next.value);
    tell({ kind: 'input', chunk }, [chunk.buffer]);
  };
  try {
    for await (const [message] of on(worker, 'message', { signal: failed.signal, close: ['exit'] })) {
      const said = message as FromDecoder;
      if (said.kind === 'end') return;
      if (said.kind === 'failed') throw new Error(said.message);
      if (said.kind === 'input') {
        supply().catch((error: unknown) => failed.abort(error));
        continue;
      }
      const { buffer, byteOffset, length } = said.bytes;
      yield Buffer.from(buffer, byteOffset, length);
      tell({ kind: 'taken' });
    }
    throw new Error('The thread that decompresses has ended early');
  } catch (error) {
    throw failed.signal.aborted ? failed.signal.reason : error;
  } finally {
    await worker.terminate();
  }
}
