// Files that the configuration names, read without waiting for ever: regular files, and pipes as `<(…)` in a shell makes them.

import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { errnoOf } from '../../core/index.ts';

/** How much is read, and how many milliseconds are waited for who writes into a pipe. */
export interface TextFileOptions {
  readonly most?: number;
  readonly patience?: number;
}

const nap = 10;
const nullDevice = 0x103;

/** What pipes gave: each is there to be read once, but asked for again by its name. */
const fromPipes = new Map<string, string>();

/** The text of a file. Throws system errors, and errors whose message says of the file why it is not read. */
export function readTextFile(
  path: string,
  { most = 4 * 1024 * 1024, patience = 10_000 }: TextFileOptions = {},
): string {
  const { O_RDONLY, O_NONBLOCK, O_NOCTTY } = constants;
  const fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    const stats = fstatSync(fd);
    checkKind(stats);
    if (stats.size > most) throw new Error(`it has ${stats.size} bytes; at most ${most} are read`);
    return stats.isFIFO() ? fromPipe(fd, stats, most, patience) : readWhole(fd, most);
  } finally {
    closeSync(fd);
  }
}

/** `/dev/null` is an empty file by another name; other devices have no end, or do something when they are read. */
function checkKind(stats: Stats): void {
  const isDevice = stats.isBlockDevice() || (stats.isCharacterDevice() && stats.rdev !== nullDevice);
  if (isDevice) throw new Error('it is a device');
}

function fromPipe(fd: number, { dev, ino }: Stats, most: number, patience: number): string {
  const name = `${dev}:${ino}`;
  const known = fromPipes.get(name);
  if (known !== undefined) return known;
  const text = readWhole(fd, most, Date.now() + patience);
  if (text === '') throw new Error('it is a pipe that nobody writes to');
  fromPipes.set(name, text);
  return text;
}

function readWhole(fd: number, most: number, deadline = 0): string {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const count = readSome(fd, chunk, deadline);
    if (count === 0) return Buffer.concat(chunks, size).toString();
    size += count;
    if (size > most) throw new Error(`it has more than ${most} bytes`);
    chunks.push(chunk.subarray(0, count));
  }
}

/** Bytes that were read; none at the end. */
function readSome(fd: number, chunk: Buffer, deadline: number): number {
  for (;;) {
    try {
      return readSync(fd, chunk);
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') throw error;
      if (Date.now() > deadline) throw new Error('it is a pipe that is not written to its end in time');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, nap);
    }
  }
}
