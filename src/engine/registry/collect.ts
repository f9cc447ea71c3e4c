// Collecting and checking a registry's content, whether it is served meanwhile or not.

import { readFile } from 'node:fs/promises';
import type { CheckReport, Collected, Retained } from '../../registry/index.ts';
import { openPlace, type RegistryPlace } from './place.ts';

/** What is collected. */
export interface CollectRequest extends RegistryPlace {
  /** Milliseconds; what was pushed or asked for within them stays. */
  readonly grace: number;
  readonly dryRun: boolean;
  /** A rules file, whose retention is applied first. */
  readonly rules?: string;
}

/** Applies retention, then deletes content that nothing refers to. Throws `REGISTRY_NOT_FOUND`, `RULES_INVALID`. */
export async function collectRegistry({
  grace,
  dryRun,
  rules,
  ...place
}: CollectRequest): Promise<Collected & { readonly retained: Retained }> {
  const { collect, noRules, parseRules, retain } = await server();
  const kept = rules === undefined ? noRules : parseRules(await readFile(rules, 'utf8'), rules);
  await using storage = await openPlace(place, { serving: false });
  const now = new Date();
  const options = { dryRun, signal: new AbortController().signal };
  const retained = await retain(storage, kept, { ...options, now });
  const collected = await collect(storage, { ...options, unusedSince: new Date(now.getTime() - grace) });
  return { ...collected, retained };
}

/** Looks at all content; with `repair` removes what is corrupt. Throws `REGISTRY_NOT_FOUND`. */
export async function checkRegistry({
  repair,
  ...place
}: RegistryPlace & { readonly repair: boolean }): Promise<CheckReport> {
  const { check } = await server();
  await using storage = await openPlace(place, { serving: false });
  return await check(storage, { repair, signal: new AbortController().signal });
}

async function server() {
  const { loadRegistryServer } = await import('../../registry/index.ts');
  return loadRegistryServer();
}
