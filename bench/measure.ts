// One measured run: wall-clock seconds from start to exit, and the process's peak resident memory.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Side } from './sides.ts';

/** Runs the side's program with `args`; throws when it fails. Memory in bytes, of the program itself. */
export function measure(
  side: Side,
  args: readonly string[],
): Promise<{ readonly seconds: number; readonly memory: number }> {
  const [file = '', ...fixed] = side.program;
  const started = process.hrtime.bigint();
  const child = spawn(file, [...fixed, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...side.environment },
  });
  let memory = 0;
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const sampler = setInterval(() => {
    memory = Math.max(memory, peakMemory(child.pid));
  }, 25);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      clearInterval(sampler);
      if (code === 0) resolve({ seconds, memory });
      else reject(new Error(`${[...side.program, ...args].join(' ')} exited with ${code}:\n${errors}`));
    });
  });
}

function peakMemory(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
