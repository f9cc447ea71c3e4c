// The end of a process's output, kept for the error message.

/** Collects output and gives its last lines. */
export interface OutputTail {
  add(data: Uint8Array): void;
  /** The last lines, without the final newline. */
  text(): string;
}

const byteLimit = 16 << 10;
const lineLimit = 20;

/** An empty tail; it keeps some kilobytes however much is added. */
export function createOutputTail(): OutputTail {
  let chunks: Uint8Array[] = [];
  let size = 0;
  return {
    add(data) {
      chunks.push(data);
      size += data.length;
      if (size <= 4 * byteLimit) return;
      chunks = [Buffer.concat(chunks).subarray(-byteLimit)];
      size = byteLimit;
    },
    text() {
      const text = Buffer.concat(chunks).subarray(-byteLimit).toString('utf8');
      return text.replace(/\n+$/, '').split('\n').slice(-lineLimit).join('\n');
    },
  };
}
