// The entry of most commands: the program as scripts that V8 need not compile. `.ci/scripts.ts` makes them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

interface Contents {
  readonly main: (args: readonly string[]) => Promise<never>;
  /** Modules that other scripts take from this one. */
  readonly modules: Readonly<Record<string, () => unknown>>;
}

const moduleUrl = pathToFileURL(__filename).href;
const importModule = (url: string): Promise<unknown> => import(url);
const scripts = new Map<string, Contents>();

/** Runs a script of this folder, once; code that was compiled by another Node is of no use and compiled anew. */
function load(name: string): Contents {
  const loaded = scripts.get(name);
  if (loaded !== undefined) return loaded;
  const file = join(__dirname, `${name}.cjs`);
  const script = new Script(readFileSync(file, 'latin1'), { filename: file, ...compiled(name) });
  const module = { exports: {} as Contents };
  script.runInThisContext()(require, module, other, moduleUrl, importModule);
  scripts.set(name, module.exports);
  return module.exports;
}

function compiled(name: string): { readonly cachedData?: Buffer } {
  try {
    return { cachedData: readFileSync(join(__dirname, `${name}.code`)) };
  } catch {
    return {};
  }
}

/** A module that is in another script. */
function other(name: string, path: string): unknown {
  return load(name).modules[path]?.();
}

void load('run').main(process.argv.slice(2));
