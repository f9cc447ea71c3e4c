// What hardly any image needs of a project folder, by name.

/** One kind of file or folder that belongs into an ignore file. */
export interface IgnoreRule {
  /** As `.dockerignore` writes it. */
  readonly pattern: string;
  readonly reason: string;
  /** Matches the last part of the path. */
  readonly test: RegExp;
  readonly folder: boolean;
  /** Only right below the context's root. */
  readonly top?: true;
}

const rebuilt = 'made by tools, for this machine';

/** In the order they are tried; the first that fits counts. */
export const ignoreRules: readonly IgnoreRule[] = [
  { pattern: '**/.git', reason: 'history of the repository', test: /^\.git$/, folder: true },
  { pattern: '**/.hg', reason: 'history of the repository', test: /^\.hg$/, folder: true },
  { pattern: '**/.svn', reason: 'history of the repository', test: /^\.svn$/, folder: true },
  {
    pattern: '**/node_modules',
    reason: 'installed packages: install them in the image',
    test: /^node_modules$/,
    folder: true,
  },
  {
    pattern: '**/.venv',
    reason: 'installed packages: install them in the image',
    test: /^\.?venv$/,
    folder: true,
  },
  { pattern: '**/__pycache__', reason: rebuilt, test: /^__pycache__$/, folder: true },
  { pattern: '**/.pytest_cache', reason: rebuilt, test: /^\.(pytest|mypy|ruff)_cache$/, folder: true },
  { pattern: '**/.tox', reason: rebuilt, test: /^\.(tox|nox)$/, folder: true },
  { pattern: '**/.gradle', reason: rebuilt, test: /^\.gradle$/, folder: true },
  { pattern: '**/.terraform', reason: rebuilt, test: /^\.terraform$/, folder: true },
  {
    pattern: '**/.next/cache',
    reason: rebuilt,
    test: /^\.(next|nuxt|turbo|parcel-cache|svelte-kit)$/,
    folder: true,
  },
  { pattern: 'target', reason: rebuilt, test: /^target$/, folder: true, top: true },
  { pattern: 'coverage', reason: rebuilt, test: /^(coverage|\.nyc_output)$/, folder: true, top: true },
  { pattern: '**/.idea', reason: 'settings of an editor', test: /^\.(idea|vscode|vs)$/, folder: true },
  {
    pattern: '**/.env*',
    reason: 'often holds secrets: give them with --secret',
    test: /^\.env(\..+)?$/,
    folder: false,
  },
  {
    pattern: '**/*.pem',
    reason: 'looks like a key: give it with --secret',
    test: /\.(pem|key|p12|pfx)$|^id_(rsa|ed25519|ecdsa)$/,
    folder: false,
  },
  {
    pattern: '**/.npmrc',
    reason: 'often holds a token: give it with --secret',
    test: /^\.(npmrc|netrc|pypirc)$/,
    folder: false,
  },
  { pattern: '**/*.log', reason: 'logs', test: /\.log$/, folder: false },
  {
    pattern: '**/.DS_Store',
    reason: 'left by a file manager',
    test: /^(\.DS_Store|Thumbs\.db)$/,
    folder: false,
  },
  { pattern: '**/*.swp', reason: 'left by an editor', test: /\.(swp|swo)$|~$/, folder: false },
];
