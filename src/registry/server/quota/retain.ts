// Retention: tags that the rules let go, and manifests that no tag leads to any more.

import type { Digest } from '../../../oci/index.ts';
import { every } from '../collect/every.ts';
import type { ManifestRecord, RegistryStorage, TagRecord } from '../storage/types.ts';
import type { RetentionRule, Rules } from './rules.ts';

/** What retention let go, or would. */
export interface Retained {
  readonly tags: readonly { readonly repository: string; readonly tag: string }[];
  readonly manifests: readonly { readonly repository: string; readonly digest: Digest }[];
}

/** How the rules are applied. */
export interface RetainOptions {
  readonly now: Date;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** Applies the rules to every repository. What changes meanwhile stays: the storage looks again when it deletes. */
export async function retain(
  storage: RegistryStorage,
  rules: Rules,
  options: RetainOptions,
): Promise<Retained> {
  const tags: { repository: string; tag: string }[] = [];
  const manifests: { repository: string; digest: Digest }[] = [];
  if (rules.retention.length === 0) return { tags, manifests };
  const repositories = every(
    (page) => storage.repositories(page),
    (name) => name,
  );
  for await (const repository of repositories) {
    options.signal.throwIfAborted();
    const own = rules.retention.filter((rule) => rule.repositories(repository));
    if (own.length === 0) continue;
    const gone = await retainTags(storage, rules, repository, own, options);
    tags.push(...[...gone].map((tag) => ({ repository, tag })));
    const untagged = own.find((rule) => rule.untagged !== undefined)?.untagged;
    if (untagged === undefined) continue;
    for (const digest of await retainManifests(storage, repository, gone, untagged, options))
      manifests.push({ repository, digest });
  }
  return { tags, manifests };
}

async function retainTags(
  storage: RegistryStorage,
  rules: Rules,
  repository: string,
  own: readonly RetentionRule[],
  { now, dryRun }: RetainOptions,
): Promise<ReadonlySet<string>> {
  const governed = new Map<RetentionRule, TagRecord[]>();
  const all = every(
    (page) => storage.tags(repository, page),
    ({ name }) => name,
  );
  for await (const tag of all) {
    const rule = own.find(({ tags }) => tags(tag.name));
    if (rule) governed.set(rule, [...(governed.get(rule) ?? []), tag]);
  }
  const gone = new Set<string>();
  for (const [rule, tags] of governed)
    for (const { name, updated } of expendable(rule, tags, now)) {
      if (rules.isProtected(repository, name)) continue;
      const unusedSince = new Date(updated.getTime() + 1);
      if (dryRun || (await storage.deleteTag(repository, name, { unusedSince }))) gone.add(name);
    }
  return gone;
}

/** Tags that a rule does not keep: neither among the newest nor young enough. A rule that keeps by nothing keeps all. */
export function expendable(
  { keepLast, keepWithin }: Pick<RetentionRule, 'keepLast' | 'keepWithin'>,
  tags: readonly TagRecord[],
  now: Date,
): readonly TagRecord[] {
  if (keepLast === undefined && keepWithin === undefined) return [];
  const since = now.getTime() - (keepWithin ?? 0);
  return [...tags]
    .sort((a, b) => b.updated.getTime() - a.updated.getTime() || (a.name < b.name ? 1 : -1))
    .slice(keepLast ?? 0)
    .filter(({ updated }) => keepWithin === undefined || updated.getTime() < since);
}

/** Indexes go before what they refer to, subjects before their referrers, so that one pass frees all. */
async function retainManifests(
  storage: RegistryStorage,
  repository: string,
  goneTags: ReadonlySet<string>,
  age: number,
  { now, dryRun }: RetainOptions,
): Promise<readonly Digest[]> {
  const manifests = await manifestsOf(storage, repository);
  const kept = await reachable(storage, repository, goneTags, manifests);
  const unusedSince = new Date(now.getTime() - age);
  const old = [...manifests.values()].filter(
    ({ digest, pushed }) => !kept.has(digest) && pushed < unusedSince,
  );
  const gone: Digest[] = [];
  for (const { digest } of old.sort((a, b) => b.manifests.length - a.manifests.length))
    if (dryRun || (await storage.deleteManifest(repository, digest, { unusedSince }))) gone.push(digest);
  return gone;
}

async function manifestsOf(
  storage: RegistryStorage,
  repository: string,
): Promise<ReadonlyMap<Digest, ManifestRecord>> {
  const found = new Map<Digest, ManifestRecord>();
  const all = every(
    (page) => storage.manifests(repository, page),
    ({ digest }) => digest,
  );
  for await (const manifest of all) found.set(manifest.digest, manifest);
  return found;
}

/** What the tags that stay lead to: their manifests, those of indexes, and whatever has one of them as its subject. */
async function reachable(
  storage: RegistryStorage,
  repository: string,
  goneTags: ReadonlySet<string>,
  manifests: ReadonlyMap<Digest, ManifestRecord>,
): Promise<ReadonlySet<Digest>> {
  const kept = new Set<Digest>();
  const waiting: Digest[] = [];
  const all = every(
    (page) => storage.tags(repository, page),
    ({ name }) => name,
  );
  for await (const { name, digest } of all) if (!goneTags.has(name)) waiting.push(digest);
  const bySubject = Map.groupBy(manifests.values(), ({ subject }) => subject);
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    if (kept.has(digest)) continue;
    kept.add(digest);
    waiting.push(...(manifests.get(digest)?.manifests ?? []));
    waiting.push(...(bySubject.get(digest) ?? []).map((referrer) => referrer.digest));
  }
  return kept;
}
