// The entry of most commands: the program as a script that V8 need not compile. `.ci/scripts.ts` makes it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

interface Contents {
  readonly main: (args: readonly string[]) => Promise<never>;
  /** Modules that the other script takes from this one. */
  readonly modules: Readonly<Record<string, () => unknown>>;
}

const moduleUrl = pathToFileURL(__filename).href;
const importModule = (url: string): Promise<unknown> => import(url);

/** Runs a script of this folder; code that was compiled by another Node is of no use and compiled anew. */
function load(name: string, other: (path: string) => unknown): Contents {
  const file = join(__dirname, `${name}.cjs`);
  const script = new Script(readFileSync(file, 'latin1'), { filename: file, ...compiled(name) });
  const module = { exports: {} };
  script.runInThisContext()(require, module, other, moduleUrl, importModule);
  return module.exports as Contents;
}

function compiled(name: string): { readonly cachedData?: Buffer } {
  try {
    return { cachedData: readFileSync(join(__dirname, `${name}.code`)) };
  } catch {
    return {};
  }
}

let loaded: Contents | undefined;
const run = load('run', (path) => {
  loaded ??= load('rest', (own) => run.modules[own]?.());
  return loaded.modules[path]?.();
});
void run.main(process.argv.slice(2));
