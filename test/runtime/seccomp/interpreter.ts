// A classic BPF interpreter as the kernel runs seccomp filters, for the tests.

/** What the kernel shows a filter (struct seccomp_data). */
export interface SeccompData {
  readonly number: number;
  readonly audit: number;
  readonly arguments?: readonly bigint[];
}

/** Runs `program` on a call; returns the filter's value, checks that every jump stays inside. */
export function interpret(program: Buffer, { number, audit, arguments: values = [] }: SeccompData): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number >>> 0, 0);
  data.writeUInt32LE(audit >>> 0, 4);
  for (const [index, value] of values.entries()) data.writeBigUInt64LE(value, 16 + index * 8);
  let accumulator = 0;
  for (let at = 0; at * 8 < program.length; ) {
    const [code, yes, no] = [
      program.readUInt16LE(at * 8),
      program[at * 8 + 2] ?? 0,
      program[at * 8 + 3] ?? 0,
    ];
    const operand = program.readUInt32LE(at * 8 + 4);
    const branch = (taken: boolean) => at + 1 + (taken ? yes : no);
    if (code === 0x06) return operand;
    if (code === 0x20) accumulator = data.readUInt32LE(operand);
    else if (code === 0x54) accumulator = (accumulator & operand) >>> 0;
    else if (code === 0x05) at += operand;
    if (code === 0x15) at = branch(accumulator === operand);
    else if (code === 0x25) at = branch(accumulator > operand);
    else if (code === 0x35) at = branch(accumulator >= operand);
    else at += 1;
    if (![0x20, 0x54, 0x05, 0x15, 0x25, 0x35].includes(code))
      throw new Error(`Unknown code ${code} at ${at}`);
  }
  throw new Error('The program ran past its end');
}
