// The keys that let a container go on without the terminal: Ctrl-P Ctrl-Q, as with Docker.

import { Transform } from 'node:stream';

const [ctrlP, ctrlQ] = [0x10, 0x11];

/** Passes input on until the two keys come one after the other; a first key waits for what follows it. */
export function detachFilter(detach: () => void): Transform {
  let waiting = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const passed: number[] = [];
      for (const byte of chunk) {
        if (waiting && byte === ctrlQ) {
          waiting = false;
          detach();
          return done(null, Buffer.from(passed));
        }
        if (waiting) passed.push(ctrlP);
        waiting = byte === ctrlP;
        if (!waiting) passed.push(byte);
      }
      done(null, Buffer.from(passed));
    },
    flush(done) {
      done(null, waiting ? Buffer.of(ctrlP) : null);
    },
  });
}
