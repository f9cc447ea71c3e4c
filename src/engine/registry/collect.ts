// Collecting and checking a registry's folder, whether it is served meanwhile or not.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { CaissonError } from '../../core/index.ts';
import type { CheckReport, Collected, RegistryStorage, Retained } from '../../registry/index.ts';

/** What is collected of the registry in `root`. */
export interface CollectRequest {
  readonly root: string;
  /** Milliseconds; what was pushed or asked for within them stays. */
  readonly grace: number;
  readonly dryRun: boolean;
  /** A rules file, whose retention is applied first. */
  readonly rules?: string;
}

/** Applies retention, then deletes content that nothing refers to. Throws `REGISTRY_NOT_FOUND`, `RULES_INVALID`. */
export async function collectRegistry({
  root,
  grace,
  dryRun,
  rules,
}: CollectRequest): Promise<Collected & { readonly retained: Retained }> {
  const { collect, noRules, parseRules, retain } = await server();
  const kept = rules === undefined ? noRules : parseRules(await readFile(rules, 'utf8'), rules);
  await using storage = await existing(root);
  const now = new Date();
  const options = { dryRun, signal: new AbortController().signal };
  const retained = await retain(storage, kept, { ...options, now });
  const collected = await collect(storage, { ...options, unusedSince: new Date(now.getTime() - grace) });
  return { ...collected, retained };
}

/** Looks at all content; with `repair` removes what is corrupt. Throws `REGISTRY_NOT_FOUND`. */
export async function checkRegistry(request: {
  readonly root: string;
  readonly repair: boolean;
}): Promise<CheckReport> {
  const { check } = await server();
  await using storage = await existing(request.root);
  return check(storage, { repair: request.repair, signal: new AbortController().signal });
}

async function existing(root: string): Promise<RegistryStorage> {
  if (!existsSync(`${root}/registry.db`))
    throw new CaissonError('REGISTRY_NOT_FOUND', `There is no registry in "${root}"`, {
      hint: 'Say where it is with --root.',
    });
  const { openFolderStorage } = await server();
  return openFolderStorage({ root, serving: false });
}

async function server() {
  const { loadRegistryServer } = await import('../../registry/index.ts');
  return loadRegistryServer();
}
