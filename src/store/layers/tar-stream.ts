// A layer's tar as a stream: packed in a worker thread, at the reader's pace.
//
// The worker packs synchronously. Before each chunk it waits on a counter in shared memory that the reader raises: no more than
// two megabytes are ever under way, and the worker sleeps while nobody reads.

import { Readable } from 'node:stream';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { layerPool } from './jobs.ts';
import { type PackOptions, type PackTotals, packLayer } from './pack.ts';
import { packChains, type TarSource } from './pack-chain.ts';

const creditIndex = 0;
const cancelIndex = 1;
const chunksAhead = 2;

/** The canonical tar of a layer folder or of trees, packed by `options`; destroying the stream stops the packing. */
export function tarStream(source: TarSource, options: PackOptions = {}): Readable {
  const control = new SharedArrayBuffer(8);
  const flags = new Int32Array(control);
  const { port1: near, port2: far } = new MessageChannel();
  const stream = new Readable({
    // Chunks stay as they come, each with memory of its own.
    objectMode: true,
    highWaterMark: 1,
    read: () => addCredit(flags, 1),
    destroy(error, callback) {
      Atomics.store(flags, cancelIndex, 1);
      addCredit(flags, 1);
      near.close();
      callback(error);
    },
  });
  // Whoever reads is told; before somebody does, an error must not end the process.
  stream.on('error', () => {});
  near.on('message', (bytes: Uint8Array | null) => {
    stream.push(bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
  addCredit(flags, chunksAhead);
  const job = { kind: 'tar', source, options, port: far, control } as const;
  layerPool('streams')
    .run(job, { transfer: [far] })
    .catch((error: unknown) => stream.destroy(error as Error));
  return stream;
}

/** The worker's side: packs `source` into messages to `port`. */
export function sendTar(
  source: TarSource,
  options: PackOptions,
  port: MessagePort,
  control: SharedArrayBuffer,
): PackTotals {
  const flags = new Int32Array(control);
  try {
    const send = (chunk: Buffer): 'taken' => {
      takeCredit(flags);
      port.postMessage(chunk, [chunk.buffer as ArrayBuffer]);
      return 'taken';
    };
    const totals =
      'folder' in source ? packLayer(source.folder, send, options) : packChains(source.trees, send, options);
    port.postMessage(null);
    return totals;
  } finally {
    port.close();
  }
}

function addCredit(flags: Int32Array<SharedArrayBuffer>, count: number): void {
  Atomics.add(flags, creditIndex, count);
  Atomics.notify(flags, creditIndex);
}

function takeCredit(flags: Int32Array<SharedArrayBuffer>): void {
  while (Atomics.load(flags, creditIndex) === 0) Atomics.wait(flags, creditIndex, 0);
  Atomics.sub(flags, creditIndex, 1);
  if (Atomics.load(flags, cancelIndex) === 1) throw new Error('The reader of the tar went away');
}
