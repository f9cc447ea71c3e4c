// The entry of the start-up snapshot: everything is loaded and the parser made before the heap is written to the file that Node starts from.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import { parseDockerfile } from '../../grammar/index.ts';
import { commands } from './commands.ts';
import { start } from './start.ts';

/** Fills the heap; Node writes it when nothing is left to do. */
async function prepare(): Promise<void> {
  await Promise.all(Object.values(commands).map(({ load }) => load()));
  await import('../engine/index.ts');
  await import('../build/index.ts');
  parseDockerfile('FROM scratch\nENV a=$b\nRUN ["true"]\n');
}

v8.startupSnapshot.setDeserializeMainFunction(() => {
  const [, program = '', ...args] = process.argv;
  // Stands for import.meta.url, so that what lies beside the bundle is found where it is now.
  Object.assign(globalThis, { caissonModuleUrl: pathToFileURL(resolve(program)).href });
  void start(args);
});

void prepare();
