// Memory that streams are read into again and again: who has done with bytes gives them back, and no garbage is to be collected.
//
// Giving back is never needed: a slab that is not given back whole goes the way of all memory.

/** Memory to read into, from its start on. */
export interface Slab {
  readonly bytes: Buffer;
  /** Hands out so many bytes; they may come back in other pieces. */
  lease(length: number): void;
  /** Nothing more is read into it: it is free when all that was handed out is back. */
  retire(): void;
}

const size = 1024 * 1024;
const mostFree = 16;

const free: Buffer[] = [];
const leases = new WeakMap<ArrayBufferLike, (length: number) => void>();

/** A slab of a megabyte; what it holds is undefined. */
export function takeSlab(): Slab {
  const bytes = free.pop() ?? Buffer.allocUnsafeSlow(size);
  let leased = 0;
  let retired = false;
  const settle = (): void => {
    if (!retired || leased > 0 || !leases.delete(bytes.buffer)) return;
    if (free.length < mostFree) free.push(bytes);
  };
  leases.set(bytes.buffer, (length) => {
    leased -= length;
    settle();
  });
  return {
    bytes,
    lease(length) {
      leased += length;
    },
    retire() {
      retired = true;
      settle();
    },
  };
}

/** Says that nobody will look at these bytes any more, nor at others in the same pieces; those that are of no slab are left alone. */
export function giveBack(chunks: readonly Uint8Array[]): void {
  for (const { buffer, length } of chunks) leases.get(buffer)?.(length);
}
