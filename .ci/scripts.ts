// Bundles the program once more as two scripts: dist/run.cjs with what running containers needs, dist/rest.cjs with all else,
// which is loaded when it is asked for. V8's compiled code lies beside them: loading them costs a tenth of compiling them.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import v8 from 'node:v8';
import { Script } from 'node:vm';
import { type BuildOptions, build, type OnResolveArgs, type Plugin } from 'esbuild';

/** Dynamic imports that a container's run comes to, or a listing. */
const hot = /(\/program|\/(engine|store)\/index|\/ui\/error|\/commands\/(run|exec|ps|images))\.ts$/;

/** Bundles both scripts and compiles them. */
export async function bundleScripts(options: BuildOptions): Promise<void> {
  // V8 tells by its length alone whether compiled code is of this script.
  for (const name of ['run', 'rest']) rmSync(`dist/${name}.code`, { force: true });
  const own = await ownModules(options);
  const rest = new Set<string>();
  await bundle(options, 'run', runEntry(own), [outside('dynamic-import', (path) => !hot.test(path), rest)]);
  const shared = new Set(own);
  await bundle(options, 'rest', modulesOf([...rest]), [outside('any', (path) => shared.has(path))]);
  compile('run', true);
  compile('rest', false);
}

const root = resolve('.');
const start = './src/cli/start.ts';
const ending = './src/cli/ending.ts';

function runEntry(own: readonly string[]): string {
  return `import { start } from '${start}'; import { endAfter } from '${ending}';
    ${modulesOf(own)} module.exports.main = args => endAfter(() => start(args));`;
}

/** A script's modules by their paths, each run when it is first asked for. */
function modulesOf(paths: readonly string[]): string {
  const members = paths.map((path) => `${JSON.stringify(path)}: () => require('./${path}')`);
  return `module.exports.modules = { ${members.join(', ')} };`;
}

/** The modules of the first script that the second must not have once more: ours, and those whose classes are compared. */
async function ownModules(options: BuildOptions): Promise<readonly string[]> {
  const { metafile } = await build({
    ...scriptOptions(options, 'run', `import '${start}';`, [
      outside('dynamic-import', (path) => !hot.test(path)),
    ]),
    metafile: true,
    write: false,
  });
  const inputs = Object.keys(metafile?.inputs ?? {});
  return inputs.filter(
    (path) => /^(src|grammar)\/.*\.tsx?$/.test(path) || /\/commander\/esm\.mjs$/.test(path),
  );
}

/** Leaves modules to the other script, and notes which. */
function outside(
  kind: 'any' | 'dynamic-import',
  isOutside: (path: string) => boolean,
  noted?: Set<string>,
): Plugin {
  const own = Symbol('own resolution');
  return {
    name: 'outside',
    setup({ onResolve, onLoad, resolve: resolvePath }) {
      onResolve({ filter: /./ }, async (args: OnResolveArgs) => {
        const { path, pluginData, ...rest } = args;
        if (pluginData === own || args.kind === 'entry-point' || /\.tsx$/.test(path)) return undefined;
        if (kind !== 'any' && args.kind !== kind) return undefined;
        const found = await resolvePath(path, { ...rest, pluginData: own });
        const inside = relative(root, found.path);
        if (found.namespace !== 'file' || found.external || !isOutside(kind === 'any' ? inside : found.path))
          return undefined;
        noted?.add(inside);
        return { path: inside, namespace: 'outside' };
      });
      onLoad({ filter: /./, namespace: 'outside' }, ({ path }) => ({
        contents: `module.exports = other(${JSON.stringify(path)});`,
      }));
    },
  };
}

function scriptOptions(
  options: BuildOptions,
  name: string,
  contents: string,
  plugins: readonly Plugin[],
): BuildOptions {
  return {
    ...options,
    stdin: { contents, resolveDir: '.' },
    format: 'cjs',
    outfile: `dist/${name}.cjs`,
    banner: { js: '(function (require, module, other, moduleUrl, importModule) {' },
    footer: { js: '})' },
    define: { 'process.env.NODE_ENV': '"production"', 'import.meta.url': 'moduleUrl' },
    plugins: [...plugins, ...(options.plugins ?? [])],
  };
}

async function bundle(
  options: BuildOptions,
  name: string,
  contents: string,
  plugins: readonly Plugin[],
): Promise<void> {
  await build(scriptOptions(options, name, contents, plugins));
}

/** `eager`: every function, as most of them will be called. V8 takes the code only under the flags it was written under. */
function compile(name: string, eager: boolean): void {
  if (eager) v8.setFlagsFromString('--no-lazy');
  const script = new Script(readFileSync(`dist/${name}.cjs`, 'latin1'), { filename: `${name}.cjs` });
  if (eager) v8.setFlagsFromString('--lazy');
  writeFileSync(`dist/${name}.code`, script.createCachedData());
}
