// The decompression worker's entry: one stream, read and given piece by piece as the other side asks and takes.

import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../core/index.ts';
import { bunzipped } from './bzip2.ts';
import type { FromDecoder, ToDecoder, WorkerFormat } from './worker-stream.ts';
import { unxzed } from './xz-package.ts';

const decoders: Readonly<
  Record<WorkerFormat, (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>>
> = { bzip2: bunzipped, xz: unxzed };

const port = parentPort;
if (!port) throw new Error('This is for worker threads');

let supply: (chunk: Uint8Array | undefined) => void = () => {};
let taken: Promise<void> = Promise.resolve();
let takeOne: () => void = () => {};

port.on('message', (message: ToDecoder) => {
  if (message.kind === 'input') supply(message.chunk);
  else takeOne();
});

void (async () => {
  try {
    for await (const bytes of decoders[workerData as WorkerFormat](input())) await give(bytes);
    await taken;
    tell({ kind: 'end' });
  } catch (error) {
    tell({ kind: 'failed', message: messageOf(error) });
  }
  port.close();
})();

async function* input(): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const next = Promise.withResolvers<Uint8Array | undefined>();
    supply = next.resolve;
    tell({ kind: 'input' });
    const chunk = await next.promise;
    if (chunk === undefined) return;
    yield chunk;
  }
}

/** Gives a piece when the one before is taken: one is decoded while another is used, and no more are kept. */
async function give(bytes: Uint8Array): Promise<void> {
  await taken;
  const next = Promise.withResolvers<void>();
  taken = next.promise;
  takeOne = next.resolve;
  tell({ kind: 'output', bytes });
}

function tell(message: FromDecoder): void {
  port?.postMessage(message, message.kind === 'output' ? [message.bytes.buffer as ArrayBuffer] : []);
}
