// One command's use of the engine: opened on the root the program was given, closed whatever happens.

import type { Command } from 'commander';
import { isCaissonError } from '../core/index.ts';
import type { Engine } from '../engine/index.ts';
import { endsWithProcess } from './ending.ts';

/** Runs `work` with the engine of the root that the program's `--root` names. */
export async function withEngine<T>(command: Command, work: (engine: Engine) => Promise<T>): Promise<T> {
  const { openEngine } = await import('../engine/index.ts');
  const root = command.optsWithGlobals<{ root?: string }>().root;
  await using engine = await openEngine({ endsWithProcess, ...(root === undefined ? {} : { root }) });
  try {
    return await work(engine);
  } catch (error) {
    const { explainFullDisk } = await import('../store/index.ts');
    throw explainFullDisk(error, engine.root);
  }
}

/** Does `work` for each of `names`, printing what it returns; a failure is printed and makes the exit code 1, the others go on. */
export async function forEachName(
  names: readonly string[],
  work: (name: string) => Promise<string | undefined>,
): Promise<void> {
  const { printError } = await import('./ui/error.ts');
  for (const name of names) {
    try {
      const line = await work(name);
      if (line !== undefined) process.stdout.write(`${line}\n`);
    } catch (error) {
      if (isCaissonError(error, 'INTERRUPTED')) throw error;
      printError(error, process.stderr);
      process.exitCode = 1;
    }
  }
}
