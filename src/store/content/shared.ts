// Content that the store and the registry in its folder both have: one file, with a name on each side.
//
// Neither side ever writes into a file that is there: content that comes anew comes in a new file, and deleting takes a name away. A side
// takes a file over only where the bytes were verified and the file is this user's, whom nobody but root can write behind.

import { existsSync, linkSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../../oci/index.ts';
import { blobPath } from './digest-path.ts';
import { hasDigest } from './has-digest.ts';

/** The folder of the registry that shares its content with the store at `root`. */
export function registryFolder(root: string): string {
  return join(root, 'registry');
}

/**
 * Lets the store around the folder of a registry have the registry's file of a blob, verified and synced just now, in place of
 * its own, if it has one. `temporary` is a free name beside the registry's files.
 */
export async function shareWithStore(registry: string, digest: Digest, temporary: string): Promise<void> {
  const root = dirname(registry);
  const blob = blobPath(root, digest);
  if (registryFolder(root) !== registry || !isOwn(blob) || !existsSync(join(root, 'store.db'))) return;
  try {
    await link(blobPath(registry, digest), temporary);
    // Collected by the store meanwhile, the blob is back: nothing points to it, and the next collection takes it.
    await rename(temporary, blob);
  } catch {
    // Another file system, another user's folder, too many names: each side keeps a file of its own.
  } finally {
    // Renaming to another name of the same file leaves both.
    await rm(temporary, { force: true });
  }
}

/** What a blob must be. */
export interface WantedBlob {
  readonly digest: Digest;
  readonly size: number;
}

/** Links the file that the registry in the store at `root` has of a blob to the new name `path`, verified; whether it has it. */
export async function linkFromRegistry(
  root: string,
  blob: WantedBlob,
  path: string,
  signal?: AbortSignal,
): Promise<boolean> {
  if (!linkUnverified(root, blob, path)) return false;
  if (await hasDigest(path, blob.digest, signal).catch(() => false)) return true;
  rmSync(path, { force: true });
  return false;
}

/** The same for a small blob whose bytes are at hand. */
export function linkSameFromRegistry(
  root: string,
  blob: WantedBlob & { readonly bytes: Uint8Array },
  path: string,
): boolean {
  if (!linkUnverified(root, blob, path)) return false;
  if (readFileSync(path).equals(blob.bytes)) return true;
  rmSync(path, { force: true });
  return false;
}

/** What is looked at is the new name: it stays the same file, whatever becomes of the old one. */
function linkUnverified(root: string, { digest, size }: WantedBlob, path: string): boolean {
  const file = blobPath(registryFolder(root), digest);
  try {
    if (lstatSync(file, { throwIfNoEntry: false })?.size !== size) return false;
    linkSync(file, path);
  } catch {
    return false;
  }
  if (isOwn(path)) return true;
  rmSync(path, { force: true });
  return false;
}

function isOwn(path: string): boolean {
  try {
    const stat = lstatSync(path);
    return stat.isFile() && stat.uid === process.geteuid?.();
  } catch {
    return false;
  }
}
