// Bundles the program once more as scripts: what running containers needs, what building from the cache needs besides, what reading
// Dockerfiles needs besides, and all else; each but the first is loaded when it is asked for. V8's compiled code lies beside
// them: loading it costs a tenth of compiling.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import v8 from 'node:v8';
import { Script } from 'node:vm';
import { type BuildOptions, build, type OnResolveArgs, type Plugin } from 'esbuild';

/** A script, and the dynamic imports that it holds the modules of. */
interface Part {
  readonly name: string;
  readonly holds: RegExp;
  /** Whether every function is compiled ahead, as most of them will be called. */
  readonly eager: boolean;
}

/** In the order of their making: a module that several need is in the first of them. */
const parts: readonly Part[] = [
  {
    name: 'run',
    holds: /(\/program|\/(engine|store)\/index|\/ui\/error|\/commands\/(run|exec|ps|images))\.ts$/,
    eager: true,
  },
  { name: 'build', holds: /(\/build\/index|\/commands\/build)\.ts$/, eager: true },
  { name: 'language', holds: /(\/fresh-plan|\/commands\/(parse|graph))\.ts$/, eager: true },
  { name: 'rest', holds: /./, eager: false },
];

const root = resolve('.');
const start = './src/cli/start.ts';
const ending = './src/cli/ending.ts';

/** Bundles all scripts and compiles them. */
export async function bundleScripts(options: BuildOptions): Promise<void> {
  // V8 tells by its length alone whether compiled code is of this script.
  for (const { name } of parts) rmSync(`dist/${name}.code`, { force: true });
  const asked = new Map<string, Set<string>>(parts.map(({ name }) => [name, new Set<string>()]));
  const owners = new Map<string, string>();
  for (const part of parts) {
    const entries = [...(asked.get(part.name) ?? [])];
    const first = part.name === parts[0]?.name;
    const entry = first ? `import '${start}';` : modulesOf(entries);
    const own = await modulesFrom(entry, part, options, owners);
    for (const path of own) owners.set(path, part.name);
    // What was asked of this script may have come to be in an earlier one.
    const contents = first ? runEntry(own) : modulesOf([...new Set([...entries, ...own])]);
    const left = outside(part, owners, (path, owner) => asked.get(owner)?.add(path));
    await build(scriptOptions(options, part.name, contents, left));
    shareNamespaces(`dist/${part.name}.cjs`);
  }
  for (const { name, eager } of parts) compile(name, eager);
}

function runEntry(own: readonly string[]): string {
  return `import { start } from '${start}'; import { endAfter } from '${ending}';
    ${modulesOf(own)} module.exports.main = args => endAfter(() => start(args));`;
}

/** A script's modules by their paths, each run when it is first asked for. */
function modulesOf(paths: readonly string[]): string {
  const members = paths.map((path) => `${JSON.stringify(path)}: () => require('./${path}')`);
  return `module.exports.modules = { ${members.join(', ')} };`;
}

/** What a script holds that later ones must not have once more: our modules, and those whose classes are compared. */
async function modulesFrom(
  contents: string,
  part: Part,
  options: BuildOptions,
  owners: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const { metafile } = await build({
    ...scriptOptions(
      options,
      part.name,
      contents,
      outside(part, owners, () => undefined),
    ),
    metafile: true,
    write: false,
  });
  return Object.keys(metafile?.inputs ?? {}).filter(
    (path) => /^(src|grammar)\/.*\.tsx?$/.test(path) || /\/commander\/esm\.mjs$/.test(path),
  );
}

/** Takes modules of earlier scripts from these, and leaves dynamic imports of later ones to those; `note` is told of the latter. */
function outside(
  part: Part,
  owners: ReadonlyMap<string, string>,
  note: (path: string, owner: string) => void,
): Plugin {
  const ownResolution = Symbol('own resolution');
  const ownerOf = (file: string, kind: string): string => {
    const known = owners.get(relative(root, file));
    if (known !== undefined) return known;
    if (kind !== 'dynamic-import') return part.name;
    return parts.find(({ holds }) => holds.test(file))?.name ?? part.name;
  };
  return {
    name: 'outside',
    setup({ onResolve, onLoad, resolve: resolvePath }) {
      onResolve({ filter: /./ }, async (args: OnResolveArgs) => {
        const { path, pluginData, ...rest } = args;
        if (pluginData === ownResolution || args.kind === 'entry-point' || /\.tsx$/.test(path))
          return undefined;
        const found = await resolvePath(path, { ...rest, pluginData: ownResolution });
        if (found.namespace !== 'file' || found.external) return undefined;
        const owner = ownerOf(found.path, args.kind);
        if (owner === part.name) return undefined;
        const inside = relative(root, found.path);
        note(inside, owner);
        return { path: inside, namespace: 'outside', pluginData: owner };
      });
      onLoad({ filter: /./, namespace: 'outside' }, ({ path, pluginData: owner }) => ({
        contents: `module.exports = other(${JSON.stringify(owner)}, ${JSON.stringify(path)});`,
      }));
    },
  };
}

function scriptOptions(options: BuildOptions, name: string, contents: string, plugin: Plugin): BuildOptions {
  return {
    ...options,
    stdin: { contents, resolveDir: '.' },
    format: 'cjs',
    outfile: `dist/${name}.cjs`,
    banner: { js: '(function (require, module, other, moduleUrl, importModule) {' },
    footer: { js: '})' },
    define: { ...options.define, 'process.env.NODE_ENV': '"production"', 'import.meta.url': 'moduleUrl' },
    plugins: [plugin, ...(options.plugins ?? [])],
  };
}

/** The namespace of a module is that module for all who import it: esbuild gives each a copy, member by member. */
function shareNamespaces(file: string): void {
  const copying = /__toESM=\(mod,isNodeMode,\w+\)=>/;
  const text = readFileSync(file, 'latin1');
  if (!copying.test(text)) throw new Error(`esbuild writes "__toESM" in another way: see "${file}"`);
  writeFileSync(file, text.replace(copying, '$&mod&&mod.__esModule?mod:'), 'latin1');
}

/** V8 takes the code only under the flags it was written under. */
function compile(name: string, eager: boolean): void {
  if (eager) v8.setFlagsFromString('--no-lazy');
  const script = new Script(readFileSync(`dist/${name}.cjs`, 'latin1'), { filename: `${name}.cjs` });
  if (eager) v8.setFlagsFromString('--lazy');
  writeFileSync(`dist/${name}.code`, script.createCachedData());
}
