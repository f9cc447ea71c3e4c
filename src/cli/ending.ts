// The end of a command: at once where the program allows, since taking a heap down piece by piece takes Node 15 ms.

import { exitAtOnce } from '../core/index.ts';

/** What a command exits with that Ctrl-C ended. */
export const interruptedCode = 130;

/** Whether this program ends by {@link end}. */
export let endsWithProcess = false;

/** Runs `work` and ends the process with the exit code that it leaves, when all output is handed on. */
export async function endAfter(work: () => Promise<void>): Promise<never> {
  endsWithProcess = true;
  await work();
  await Promise.all([process.stdout, process.stderr].map(flushed));
  if (process.exitCode === interruptedCode) exitAtOnce(interruptedCode);
  process.exit();
}

function flushed(stream: NodeJS.WriteStream): Promise<void> | undefined {
  if (stream.writableLength === 0 || stream.destroyed) return undefined;
  return new Promise((resolve) => stream.write('', () => resolve()));
}
