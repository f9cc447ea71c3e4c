// The keys of a registry in a bucket; the one place that makes them of names, digests and ids, which were checked before.

import type { Digest } from '../../../oci/index.ts';

/** Keys, and folders of keys, which end with a slash. */
export const keys = {
  /** Says that a repository is there; in the order of names. */
  name: (repository: string) => `names/${repository}`,
  /** What a repository knows of a blob. */
  blob: (repository: string, digest: Digest) => `blobs/${flat(repository)}/${dashed(digest)}`,
  blobs: (repository: string) => `blobs/${flat(repository)}/`,
  /** Which repositories know a digest. */
  known: (digest: Digest, repository: string) => `known/${dashed(digest)}/${flat(repository)}`,
  knowing: (digest: Digest) => `known/${dashed(digest)}/`,
  /** Where the bytes of a digest are. */
  content: (digest: Digest) => `content/${dashed(digest)}`,
  data: (id: string) => `data/${id}`,
  manifest: (repository: string, digest: Digest) => `manifests/${flat(repository)}/${dashed(digest)}`,
  manifests: (repository: string) => `manifests/${flat(repository)}/`,
  tag: (repository: string, tag: string) => `tags/${flat(repository)}/${tag}`,
  tags: (repository: string) => `tags/${flat(repository)}/`,
  /** Which manifests refer to a blob, which indexes to a manifest, which manifests have a subject. */
  reference: (repository: string, blob: Digest, manifest: Digest) =>
    `references/${flat(repository)}/${dashed(blob)}/${dashed(manifest)}`,
  references: (repository: string, blob?: Digest) => `references/${flat(repository)}/${folder(blob)}`,
  parent: (repository: string, child: Digest, manifest: Digest) =>
    `parents/${flat(repository)}/${dashed(child)}/${dashed(manifest)}`,
  parents: (repository: string, child?: Digest) => `parents/${flat(repository)}/${folder(child)}`,
  referrer: (repository: string, subject: Digest, manifest: Digest) =>
    `referrers/${flat(repository)}/${dashed(subject)}/${dashed(manifest)}`,
  referrers: (repository: string, subject?: Digest) => `referrers/${flat(repository)}/${folder(subject)}`,
  upload: (id: string) => `uploads/${id}`,
  tail: (id: string) => `tails/${id}`,
} as const;

/** The digest at the end of a key. */
export function digestIn(key: string): Digest {
  return lastPart(key).replace('-', ':');
}

/** What comes after the last slash of a key. */
export function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** The repository at the end of a key. */
export function repositoryIn(key: string): string {
  return lastPart(key).replaceAll('~', '/');
}

/** A digest as it is in keys. */
export function dashed(digest: Digest): string {
  return digest.replace(':', '-');
}

/** Names have no `~`: one with it stands for one repository. */
function flat(repository: string): string {
  return repository.replaceAll('/', '~');
}

function folder(digest: Digest | undefined): string {
  return digest === undefined ? '' : `${dashed(digest)}/`;
}
