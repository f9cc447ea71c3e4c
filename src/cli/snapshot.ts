// The entry of the start-up snapshot: all that building needs is loaded before the heap is written to a file that Node starts from.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import { commands } from './commands.ts';
import { start } from './start.ts';

/** Fills the heap with the program; Node writes it when nothing is left to do. */
export async function takeSnapshot(): Promise<void> {
  v8.startupSnapshot.setDeserializeMainFunction(startFromSnapshot);
  await import('./program.ts');
  await import('../engine/index.ts');
  await Promise.all(['build', 'graph', 'parse'].map((name) => commands[name]?.load()));
  await import('../build/index.ts');
  const { parseDockerfile } = await import('../../grammar/index.ts');
  parseDockerfile('FROM scratch\nENV a=$b\nRUN ["true"]\n');
}

function startFromSnapshot(): void {
  const [, program = '', ...args] = process.argv;
  // Stands for import.meta.url, so that what lies beside the bundle is found where it is now.
  Object.assign(globalThis, { caissonModuleUrl: pathToFileURL(resolve(program)).href });
  void start(args);
}
