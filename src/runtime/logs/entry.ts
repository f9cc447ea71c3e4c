// Single entries of a log, and where its last ones begin.

import type { FileHandle } from 'node:fs/promises';
import type { LogEntry } from '../types.ts';

/** Reads one line of `log.json`; undefined for a line cut short by a crash. */
export function parseEntry(line: Buffer): LogEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line.toString());
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('log' in value && 'stream' in value && 'time' in value)) return undefined;
  const { log, stream, time } = value;
  if (typeof log !== 'string' || typeof time !== 'string') return undefined;
  return { stream: stream === 'stderr' ? 'stderr' : 'stdout', time, data: Buffer.from(log) };
}

const CHUNK = 64 * 1024;
/** How the entry of a complete line ends its text: `\n` escaped, then the end of the string. */
const LINE_END = Buffer.from('\\n","stream":');

/** The offset at which the last `count` lines begin; parts of a long line count as one. */
export async function tailOffset(file: FileHandle, count: number): Promise<number> {
  const { size } = await file.stat();
  let bytes: Buffer = Buffer.alloc(0);
  for (let start = size; start > 0; ) {
    const length = Math.min(CHUNK, start);
    start -= length;
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
    bytes = Buffer.concat([buffer, bytes]);
    const offset = offsetIn(bytes, count);
    if (offset !== undefined) return start + offset;
  }
  return 0;
}

/** Where the last `count` lines begin within `bytes`; undefined when it holds fewer. */
function offsetIn(bytes: Buffer, count: number): number | undefined {
  let found = 0;
  let end = bytes.lastIndexOf(10) + 1;
  if (count === 0) return end;
  while (end > 0) {
    const start = bytes.lastIndexOf(10, end - 2) + 1;
    if (start === 0) return undefined;
    const before = bytes.subarray(bytes.lastIndexOf(10, start - 2) + 1, start);
    if (before.includes(LINE_END)) found += 1;
    if (found === count) return start;
    end = start;
  }
  return undefined;
}
