// Work of a thread in whose midst it must not be ended: native code that V8 stops makes the whole process abort.

import { isMainThread, workerData } from 'node:worker_threads';

/** What a thread and who may end it have in common. */
export type Shelter = Int32Array<SharedArrayBuffer>;

const [free, taken, closing] = [0, 1, 2];

/** A shelter for a new thread, which gets it as its `workerData`. */
export function createShelter(): Shelter {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Runs short `work` of this thread that is not ended meanwhile; where the thread's end is near, it waits for that instead. */
export function sheltered<T>(work: () => T): T {
  const shelter: unknown = isMainThread ? undefined : workerData;
  if (!(shelter instanceof Int32Array)) return work();
  while (Atomics.compareExchange(shelter, 0, free, taken) !== free) Atomics.wait(shelter, 0, closing);
  try {
    return work();
  } finally {
    Atomics.store(shelter, 0, free);
    Atomics.notify(shelter, 0);
  }
}

/** Waits until the thread is not in its shelter; it cannot come into it any more. */
export async function closeShelter(shelter: Shelter): Promise<void> {
  while (Atomics.compareExchange(shelter, 0, free, closing) === taken)
    await Atomics.waitAsync(shelter, 0, taken).value;
}
