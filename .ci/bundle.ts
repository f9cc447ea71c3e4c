// Bundles the code into dist/: the program and its worker threads as modules, and as scripts with their compiled code.

import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { bundleScripts } from './scripts.ts';

/** Names what is bundled: plans that another program made are of no use to it. */
function sourceDigest(): string {
  const hash = createHash('sha256');
  for (const file of [...globSync('{src,grammar}/**/*.{ts,tsx}'), 'package-lock.json'].toSorted())
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  external: ['react-devtools-core', 'koffi'],
  legalComments: 'none',
  define: { caissonBuild: JSON.stringify(sourceDigest()) },
  logLevel: 'warning',
};

/** Builtin modules that cost more to load than most commands take from them. */
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

/** Gives the members of builtin modules when they are used, not when the program is loaded. */
const lateBuiltins: Plugin = {
  name: 'late-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${late.join('|')})$`) }, ({ path }) => ({
      path: path.replace('node:', ''),
      namespace: 'late',
    }));
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: `exports.__esModule = true;
        for (const key of ${JSON.stringify(Object.keys(process.getBuiltinModule(`node:${path}`) ?? {}))})
        Object.defineProperty(exports, key, { enumerable: true, get: () => process.getBuiltinModule('node:${path}')[key] });`,
    }));
  },
};

/** Ink has top-level await, which a script cannot have: the terminal view stays a module of its own. */
const terminalView: Plugin = {
  name: 'terminal-view',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/tui\.tsx$/ }, ({ path }) => ({ path, namespace: 'view' }));
    onLoad({ filter: /.*/, namespace: 'view' }, () => ({
      contents: `export const openTui = async (...args) =>
        (await importModule(new URL('./tui.js', moduleUrl).href)).openTui(...args);`,
    }));
  },
};

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
  define: { ...shared.define, 'process.env.NODE_ENV': '"production"' },
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
await bundleScripts({ ...shared, plugins: [lateBuiltins, terminalView] });
