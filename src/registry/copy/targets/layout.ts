// Images that are written to an OCI layout folder: a new one, or one that holds other images already.

import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { chmod, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf, type FileLock, lock, Scope } from '../../../core/index.ts';
import type { Index } from '../../../oci/index.ts';
import { syncFolder } from '../../sync-folder.ts';
import type { RequestOptions } from '../../types.ts';
import type { ImageTarget, ManifestBytes } from '../types.ts';
import { writeBlob } from './bytes.ts';
import { blobName, imageEntry, layoutFile, mergedIndex, referrerEntries } from './layout-index.ts';
import { checkedIndex, ensureFolder, layoutState, readIndex } from './layout-there.ts';
import { partialFolder } from './partial.ts';
import { requireParent } from './place.ts';

/** The image becomes the one that `tag` names in the layout at `path`. Throws `TARGET_EXISTS`, `LAYOUT_INVALID`. */
export async function layoutTarget(path: string, tag: string | undefined): Promise<ImageTarget> {
  const target = resolve(path);
  const state = layoutState(target);
  if (state === 'layout') readIndex(target);
  requireParent(target);
  // Beside a folder that does not exist yet, in one that does, which can be a mount: on the file system that things are renamed on.
  const [folder, name] = state === 'absent' ? [dirname(target), basename(target)] : [target, ''];
  const { path: staging, handle } = await partialFolder(folder, name);
  await using opening = new Scope();
  opening.defer(() => handle.close());
  opening.defer(() => rm(staging, { recursive: true, force: true }));
  for (const part of ['blobs', 'blobs/sha256']) mkdirSync(join(staging, part));
  const manifests: ManifestBytes[] = [];
  const scope = opening.move();
  return {
    name: `oci:${path}`,
    keepsReferrers: true,
    verifiesBlobs: true,
    allowsForeignLayers: true,
    async putBlob(blob, options) {
      const { digest, size } = blob.descriptor;
      if (state === 'layout' && isStored(target, digest, size)) return 'exists';
      const file = await open(join(staging, blobName(digest)), 'w', 0o644);
      try {
        await writeBlob(blob, options, { file });
        await file.sync();
        return 'uploaded';
      } finally {
        await file.close();
      }
    },
    async putManifest(manifest) {
      manifests.push(manifest);
      await writeSynced(join(staging, blobName(manifest.descriptor.digest)), manifest.bytes);
    },
    async finish(root, options) {
      await writeSynced(join(staging, blobName(root.descriptor.digest)), root.bytes);
      const added = [imageEntry(root, tag), ...referrerEntries(manifests)];
      if (state === 'absent' && (await become(target, staging, mergedIndex(undefined, added)))) return;
      await addTo(target, staging, (there) => mergedIndex(there, added), options);
    },
    [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose](),
  };
}

function isStored(target: string, digest: string, size: number): boolean {
  const stats = lstatSync(join(target, blobName(digest)), { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size === size;
}

/** The whole folder appears at once, also in place of an empty one; false where another layout came first. */
async function become(target: string, staging: string, index: Buffer): Promise<boolean> {
  await writeSynced(join(staging, 'oci-layout'), layoutFile);
  await writeSynced(join(staging, 'index.json'), index);
  for (const folder of ['blobs/sha256', 'blobs', '.']) await syncFolder(join(staging, folder));
  try {
    await rename(staging, target);
  } catch (error) {
    if (!isFilled(error) || layoutState(target) === 'absent') throw error;
    return false;
  }
  await syncFolder(dirname(target));
  return true;
}

/** Whether a folder could not be replaced since something is in it. */
function isFilled(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '');
}

/** Blobs first, each whole, then the index, which others who copy into the layout do not change meanwhile. */
async function addTo(
  target: string,
  staging: string,
  merge: (there: Index | undefined) => Buffer,
  { signal }: RequestOptions,
): Promise<void> {
  const layout = join(target, 'oci-layout');
  using _lock: FileLock = await lock(layout, 'exclusive', signal);
  for (const folder of ['blobs', 'blobs/sha256']) ensureFolder(join(target, folder));
  for (const blob of readdirSync(join(staging, 'blobs/sha256')))
    await rename(join(staging, 'blobs/sha256', blob), join(target, 'blobs/sha256', blob));
  await syncFolder(join(target, 'blobs/sha256'));
  const there = layoutState(target) === 'layout' ? readIndex(target) : undefined;
  await writeSynced(join(staging, 'index.json'), checkedIndex(target, merge(there)));
  await rename(join(staging, 'index.json'), join(target, 'index.json'));
  if (lstatSync(layout).size === 0) {
    // Locking made it where the folder was empty.
    await chmod(layout, 0o644);
    await writeSynced(layout, layoutFile);
  }
  await syncFolder(target);
}

async function writeSynced(path: string, bytes: Buffer): Promise<void> {
  await writeFile(path, bytes, { flush: true, mode: 0o644 });
}
