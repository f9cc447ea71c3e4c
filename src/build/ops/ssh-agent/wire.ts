// The wire form of SSH: strings and numbers with their lengths before them (RFC 4251, section 5).

/** Reads fields one after another. Throws `RangeError` where the bytes end early. */
export interface WireReader {
  uint32(): number;
  string(): Buffer;
  bytes(length: number): Buffer;
  readonly left: number;
}

/** Reads `data` from its start. */
export function readWire(data: Buffer): WireReader {
  let at = 0;
  const bytes = (length: number): Buffer => {
    if (length > data.length - at) throw new RangeError('The data ends early');
    at += length;
    return data.subarray(at - length, at);
  };
  const uint32 = (): number => bytes(4).readUInt32BE(0);
  return {
    uint32,
    bytes,
    string: () => bytes(uint32()),
    get left() {
      return data.length - at;
    },
  };
}

/** Numbers of 32 bits and strings, as they are given. */
export function writeWire(...fields: readonly (number | string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => (typeof field === 'number' ? [uint32(field)] : string(field))),
  );
}

function string(field: string | Uint8Array): readonly Uint8Array[] {
  const bytes = typeof field === 'string' ? Buffer.from(field) : field;
  return [uint32(bytes.length), bytes];
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A positive number of any size: a zero byte comes before a first bit that is set. */
export function mpint(magnitude: Buffer): Buffer {
  const start = magnitude.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Buffer.alloc(0) : magnitude.subarray(start);
  return (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits;
}

/** The largest message an agent takes: OpenSSH's. */
const longestMessage = 256 * 1024;

/** Cuts a stream into messages, each behind its length. Throws `RangeError` for one that is too long. */
export function createFrames(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let waiting = Buffer.alloc(0);
  return (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 4) {
      const length = waiting.readUInt32BE(0);
      if (length > longestMessage) throw new RangeError(`A message of ${length} bytes is too long`);
      if (waiting.length < 4 + length) return;
      const message = waiting.subarray(4, 4 + length);
      waiting = waiting.subarray(4 + length);
      onMessage(message);
    }
  };
}
