// Fetches repositories into a store and tells what trees came of them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  fetchTree,
  type GitCommit,
  type GitSource,
  parseGitReference,
  resolveCommit,
} from '../../../../src/build/ops/git/index.ts';
import type { RemoteAccess } from '../../../../src/build/remote.ts';
import { openStore } from '../../../../src/store/index.ts';

/** What was fetched, as it lies on the disk. */
export interface Fetched extends GitCommit {
  /** `755 name`, `644 name`, `link name -> target` of everything below the root, sorted. */
  readonly tree: readonly string[];
  readonly folder: string;
  readonly cached: boolean;
}

/** Fetches into a store of its own, which goes with it. */
export interface Fetcher extends AsyncDisposable {
  readonly fetch: (
    url: string,
    options?: Partial<GitSource> & { readonly access?: RemoteAccess },
  ) => Promise<Fetched>;
  readonly output: () => string;
}

/** Opens a fetcher; at its end no draft is left over. */
export async function openFetcher(): Promise<Fetcher> {
  const root = mkdtempSync('/var/tmp/caisson-git-fetch-');
  const store = await openStore({ root });
  const lease = store.lease();
  const { signal } = new AbortController();
  let output = '';
  return {
    output: () => output,
    async fetch(url, { access = { proxies: {} }, ...options } = {}) {
      const parsed = parseGitReference(url);
      assert.ok(parsed);
      const source = { ...parsed, keepGitDir: parsed.keepGitDir ?? false, ...options };
      const onOutput = (data: Uint8Array): void => {
        output += Buffer.from(data).toString();
      };
      const services = { store, lease, access, signal, onOutput };
      const found = await resolveCommit(source, services);
      const { layer, cached } = await fetchTree(source, found, services);
      const folder = store.layers.driver.lower([layer])[0] ?? '';
      return { ...found, folder, cached, tree: treeOf(folder) };
    },
    async [Symbol.asyncDispose]() {
      const { runDirectory } = store;
      assert.deepEqual(readdirSync(join(root, 'drafts')), []);
      await store[Symbol.asyncDispose]();
      rmSync(runDirectory, { recursive: true, force: true });
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function treeOf(folder: string): readonly string[] {
  const format = ['-printf', '%y %m %P %l\n'];
  const found = execFileSync('find', [folder, '-mindepth', '1', '-not', '-path', '*/.git/*', ...format]);
  return found
    .toString()
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [type = '', mode = '', path = '', link = ''] = line.split(' ');
      return type === 'l' ? `link ${path} -> ${link}` : `${type}${mode} ${path}`;
    })
    .sort();
}
