// Running the programs in `programs/` as processes of their own, and killing them.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a program of this folder. */
export function startProgram(program: string, args: readonly string[]): ChildProcess {
  const file = join(import.meta.dirname, 'programs', program);
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a program to its end. */
export async function runProcess(program: string, args: readonly string[]): Promise<Ended> {
  const child = startProgram(program, args);
  if (!child.stdout || !child.stderr) throw new Error('The program has no output');
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: code as number | null, stdout, stderr };
}

/** Kills a program with SIGKILL `delay` milliseconds after it says it is ready, by its first output. */
export async function killProgram(program: string, args: readonly string[], delay: number): Promise<void> {
  const child = startProgram(program, args);
  child.stderr?.resume();
  if (child.stdout) await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
  await new Promise((resolve) => setTimeout(resolve, delay));
  const closed = child.exitCode === null ? once(child, 'exit') : undefined;
  child.kill('SIGKILL');
  await closed;
}
