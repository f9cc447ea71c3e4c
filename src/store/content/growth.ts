// How far a file that is being received has come, told from the thread that writes it to one that reads along.
//
// Shared memory holds a count of changes, a state, and the length that may be read. A reader takes the count first: what changes after
// its look makes it wake at once.

const changesIndex = 0;
const stateIndex = 1;
const lengthOffset = 8;

const states = ['growing', 'complete', 'failed'] as const;

/** What a growing file is: still written, whole, or given up. */
export type GrowthState = (typeof states)[number];

/** The writer's side; `shared` travels to the reader. */
export interface Growth {
  readonly shared: SharedArrayBuffer;
  /** Says how many bytes may be read. */
  reach(length: number): void;
  /** Says that no more come. */
  end(state: 'complete' | 'failed'): void;
}

/** Starts telling of a file of which `length` bytes are there. */
export function openGrowth(length: number): Growth {
  const shared = new SharedArrayBuffer(16);
  const [flags, lengths] = viewsOf(shared);
  const change = (work: () => void): void => {
    work();
    Atomics.add(flags, changesIndex, 1);
    Atomics.notify(flags, changesIndex);
  };
  const reach = (reached: number): void => change(() => void Atomics.store(lengths, 0, BigInt(reached)));
  reach(length);
  return {
    shared,
    reach,
    end: (state) => change(() => void Atomics.store(flags, stateIndex, states.indexOf(state))),
  };
}

/** The reader's side: waits until there is more than `length` bytes, or no more come. */
export async function grown(
  shared: SharedArrayBuffer,
  length: number,
): Promise<{ readonly length: number; readonly state: GrowthState }> {
  const [flags, lengths] = viewsOf(shared);
  for (;;) {
    const changes = Atomics.load(flags, changesIndex);
    const state = states[Atomics.load(flags, stateIndex)] ?? 'failed';
    const reached = Number(Atomics.load(lengths, 0));
    if (reached > length || state !== 'growing') return { length: reached, state };
    await Atomics.waitAsync(flags, changesIndex, changes).value;
  }
}

function viewsOf(
  shared: SharedArrayBuffer,
): [Int32Array<SharedArrayBuffer>, BigInt64Array<SharedArrayBuffer>] {
  return [new Int32Array(shared, 0, 2), new BigInt64Array(shared, lengthOffset, 1)];
}
