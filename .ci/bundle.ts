// Bundles the code into dist/: the program and its worker threads as modules, and the program once more as one script for
// each start-up snapshot, which spares a start the loading of some forty modules and the making of the parser.

import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { type BuildOptions, build, type Plugin } from 'esbuild';

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
  'http',
  'https',
  'module',
  'net',
  'readline',
  'readline/promises',
  'sqlite',
  'tls',
  'vm',
  'worker_threads',
  'zlib',
];

/** Gives the members of builtin modules when they are used, not when the snapshot is made. */
const lateBuiltins: Plugin = {
  name: 'late-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${late.join('|')})$`) }, ({ path }) => ({
      path: path.replace('node:', ''),
      namespace: 'late',
    }));
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: `const { startupSnapshot } = process.getBuiltinModule('node:v8');
        const member = key => {
          if (startupSnapshot.isBuildingSnapshot()) throw new Error('${path}.' + key + ' is used while the snapshot is made');
          return process.getBuiltinModule('node:${path}')[key];
        };
        for (const key of ${JSON.stringify(Object.keys(process.getBuiltinModule(`node:${path}`) ?? {}))})
          Object.defineProperty(exports, key, { enumerable: true, get: () => member(key) });`,
    }));
  },
};

/** Ink has top-level await, which a script cannot have: the terminal view stays a module of its own. */
const terminalView: Plugin = {
  name: 'terminal-view',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/tui\.tsx$/ }, ({ path }) => ({ path, namespace: 'view' }));
    onLoad({ filter: /.*/, namespace: 'view' }, () => ({
      contents: `const { Script, constants } = process.getBuiltinModule('node:vm');
        const load = new Script('url => import(url)', { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext();
        export const openTui = async (...args) => (await load(new URL('./tui.js', globalThis.caissonModuleUrl).href)).openTui(...args);`,
    }));
  },
};

await build({
  ...shared,
  entryPoints: ['src/cli/main.ts', 'src/cli/ui/tui.tsx', ...globSync('src/**/*.worker.ts')],
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

for (const [name, options] of Object.entries({ run: { building: false }, build: { building: true } })) {
  const script = `dist/${name}.snapshot.cjs`;
  await build({
    ...shared,
    stdin: {
      contents: `import { takeSnapshot } from './src/cli/snapshot.ts'; takeSnapshot(${JSON.stringify(options)});`,
      resolveDir: '.',
    },
    format: 'cjs',
    outfile: script,
    define: { 'process.env.NODE_ENV': '"production"', 'import.meta.url': 'globalThis.caissonModuleUrl' },
    plugins: [lateBuiltins, terminalView],
  });
  execFileSync(process.execPath, ['--snapshot-blob', `dist/${name}.blob`, '--build-snapshot', script], {
    stdio: 'inherit',
  });
}
