// Bundles the code into dist/: the program and its worker threads as modules; as scripts with their compiled code; and as one
// script more for the start-up snapshot of building, which spares a start the making of the parser.

import { execFileSync } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { bundleScripts } from './scripts.ts';

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  external: ['react-devtools-core', 'koffi'],
  legalComments: 'none',
  logLevel: 'warning',
};

/** Builtin modules that a snapshot cannot hold, or that cost more to restore than to load when needed. */
const late = [
  'child_process',
  'crypto',
  'dgram',
  'fs/promises',
  'http',
  'https',
  'module',
  'net',
  'readline',
  'readline/promises',
  'sqlite',
  'tls',
  'v8',
  'vm',
  'worker_threads',
  'zlib',
];

/** Gives the members of builtin modules when they are used, not when the program is loaded; in a snapshot's making they must not be. */
const lateBuiltins = (snapshot: boolean): Plugin => ({
  name: 'late-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${late.join('|')})$`) }, ({ path }) =>
      path === 'node:v8' && snapshot ? undefined : { path: path.replace('node:', ''), namespace: 'late' },
    );
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: `const member = key => {
          ${snapshot ? refusal(path) : ''}
          return process.getBuiltinModule('node:${path}')[key];
        };
        for (const key of ${JSON.stringify(Object.keys(process.getBuiltinModule(`node:${path}`) ?? {}))})
          Object.defineProperty(exports, key, { enumerable: true, get: () => member(key) });`,
    }));
  },
});

const refusal = (
  path: string,
): string => `if (process.getBuiltinModule('node:v8').startupSnapshot.isBuildingSnapshot())
  throw new Error('${path}.' + key + ' is used while the snapshot is made');`;

/** Ink has top-level await, which a script cannot have: the terminal view stays a module of its own, got by `importModule`. */
const terminalView = (importModule: string, moduleUrl: string): Plugin => ({
  name: 'terminal-view',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/tui\.tsx$/ }, ({ path }) => ({ path, namespace: 'view' }));
    onLoad({ filter: /.*/, namespace: 'view' }, () => ({
      contents: `export const openTui = async (...args) =>
        (await ${importModule}(new URL('./tui.js', ${moduleUrl}).href)).openTui(...args);`,
    }));
  },
});

await build({
  ...shared,
  entryPoints: [
    'src/cli/main.ts',
    'src/library/index.ts',
    'src/cli/ui/tui.tsx',
    ...globSync('src/**/*.worker.ts'),
  ],
  format: 'esm',
  splitting: true,
  outdir: 'dist',
  entryNames: '[name]',
  chunkNames: 'chunks/[name]-[hash]',
  define: { 'process.env.NODE_ENV': '"production"' },
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
});

await build({
  ...shared,
  entryPoints: { caisson: 'src/cli/script.ts' },
  format: 'cjs',
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
});
await bundleScripts({ ...shared, plugins: [lateBuiltins(false), terminalView('importModule', 'moduleUrl')] });

/** A snapshot has no loader of modules at hand. */
const importFromSnapshot = `(url => {
  const { Script, constants } = process.getBuiltinModule('node:vm');
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  return new Script('url => import(url)', { importModuleDynamically }).runInThisContext()(url);
})`;

await build({
  ...shared,
  stdin: {
    contents: `import { takeSnapshot } from './src/cli/snapshot.ts'; takeSnapshot();`,
    resolveDir: '.',
  },
  format: 'cjs',
  outfile: 'dist/build.snapshot.cjs',
  define: { 'process.env.NODE_ENV': '"production"', 'import.meta.url': 'globalThis.caissonModuleUrl' },
  plugins: [lateBuiltins(true), terminalView(importFromSnapshot, 'globalThis.caissonModuleUrl')],
});
// An older one would go on serving the program that it was made from.
rmSync('dist/build.blob', { force: true });
execFileSync(
  process.execPath,
  ['--snapshot-blob', 'dist/build.blob', '--build-snapshot', 'dist/build.snapshot.cjs'],
  { stdio: 'inherit' },
);
