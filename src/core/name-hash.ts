// SHA-256 (FIPS 180-4) of names, in plain code: loading Node's own takes ten milliseconds, which each start would pay.

/** The SHA-256 of a short text in hex; for content there is `node:crypto`. */
export function nameHash(text: string): string {
  const state = Uint32Array.from(initial);
  const bytes = padded(Buffer.from(text));
  for (let at = 0; at < bytes.length; at += 64) compress(state, bytes, at);
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** The text, a one bit, zeros, and its length in bits, to full blocks of 64 bytes. */
function padded(text: Buffer): Buffer {
  const bytes = Buffer.alloc(Math.ceil((text.length + 9) / 64) * 64);
  text.copy(bytes);
  bytes[text.length] = 0x80;
  bytes.writeUInt32BE(text.length * 8, bytes.length - 4);
  return bytes;
}

function compress(state: Uint32Array, bytes: Buffer, at: number): void {
  const words = schedule(bytes, at);
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (const [round, constant] of constants.entries()) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const first =
      (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + constant + (words[round] ?? 0)) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index] ?? 0) + word;
}

function schedule(bytes: Buffer, at: number): Int32Array {
  const words = new Int32Array(64);
  const word = (index: number) => words[index] ?? 0;
  for (let index = 0; index < 16; index++) words[index] = bytes.readInt32BE(at + index * 4);
  for (let index = 16; index < 64; index++) {
    const [near, far] = [word(index - 2), word(index - 15)];
    const mixedFar = turn(far, 7) ^ turn(far, 18) ^ (far >>> 3);
    const mixedNear = turn(near, 17) ^ turn(near, 19) ^ (near >>> 10);
    words[index] = word(index - 16) + mixedFar + word(index - 7) + mixedNear;
  }
  return words;
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8. */
const primes: number[] = [];
for (let number = 2; primes.length < 64; number++)
  if (primes.every((prime) => number % prime !== 0)) primes.push(number);
const constants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const initial = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

function fraction(root: number): number {
  return Math.floor((root % 1) * 2 ** 32);
}
