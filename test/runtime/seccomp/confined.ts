// A program for the tests: puts itself under a filter (hexadecimal argument), then makes system calls and prints their errno.

import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
const libc = koffi.load(null);
const prctl = libc.func('int prctl(int option, long a, void *b, long c, long d)');
const syscall = libc.func('long syscall(long number, long a, long b, long c, long d, long e, long f)');
const [hex = '', calls = '[]'] = process.argv.slice(2);
const SET_NO_NEW_PRIVILEGES = 38;
const SET_SECCOMP = 22;
const FILTER = 2;

const program = Buffer.from(hex, 'hex');
const descriptor = Buffer.alloc(16);
descriptor.writeUInt16LE(program.length / 8, 0);
descriptor.writeBigUInt64LE(BigInt(koffi.address(program)), 8);
if (prctl(SET_NO_NEW_PRIVILEGES, 1, null, 0, 0) !== 0)
  throw new Error(`no_new_privs: errno ${koffi.errno()}`);
if (prctl(SET_SECCOMP, FILTER, descriptor, 0, 0) !== 0) throw new Error(`seccomp: errno ${koffi.errno()}`);

const results = (JSON.parse(calls) as number[][]).map(([number = 0, ...values]) => {
  const args = [0, 0, 0, 0, 0, 0].map((_, at) => values[at] ?? 0);
  return Number(syscall(number, ...args)) === -1 ? koffi.errno() : 0;
});
// Node cannot end in order: the io_uring of its event loop, set up before, is now out of bounds.
writeSync(1, JSON.stringify(results));
process.kill(process.pid, 'SIGKILL');
