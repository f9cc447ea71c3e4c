// Bits of a stream of bytes, the highest of each byte first.

/** Reads bits that `fill` has brought in; reading past them throws. */
export class BitReader {
  readonly #input: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #held = 0;
  #heldBits = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#input = source[Symbol.asyncIterator]();
  }

  /** Whether all that `fill` could get is read. */
  get atEnd(): boolean {
    return this.#heldBits === 0 && this.#at === this.#bytes.length;
  }

  /** Brings in `wanted` bytes, or what there is. */
  async fill(wanted: number): Promise<void> {
    const left = this.#bytes.length - this.#at;
    if (left >= wanted) return;
    const parts = [this.#bytes.subarray(this.#at)];
    for (let length = left; length < wanted; ) {
      const next = await this.#input.next();
      if (next.done) break;
      parts.push(next.value);
      length += next.value.length;
    }
    if (parts.length > 1) this.#bytes = Buffer.concat(parts);
    else this.#bytes = this.#bytes.subarray(this.#at);
    this.#at = 0;
  }

  /** The next `count` bits, at most 24. */
  read(count: number): number {
    const found = this.peek(count);
    this.skip(count);
    return found;
  }

  /** The next `count` bits, at most 24, zeros after the end. */
  peek(count: number): number {
    while (this.#heldBits < count) {
      this.#held = (this.#held << 8) | (this.#bytes[this.#at] ?? 0);
      this.#at += 1;
      this.#heldBits += 8;
    }
    return (this.#held >>> (this.#heldBits - count)) & ((1 << count) - 1);
  }

  /** Leaves out `count` bits that were peeked. */
  skip(count: number): void {
    this.#heldBits -= count;
    if (this.#at - (this.#heldBits >> 3) > this.#bytes.length) throw new Error('the data is cut');
  }

  /** Leaves out what is left of a byte that was begun, and gives back whole ones that were not. */
  align(): void {
    this.#at -= this.#heldBits >> 3;
    this.#heldBits = 0;
  }
}
