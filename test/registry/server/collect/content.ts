// Storages with content, for tests of what is done to them.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { type Digest, mediaTypes, sha256 } from '../../../../src/oci/index.ts';
import { openFolderStorage, type RegistryStorage } from '../../../../src/registry/server/storage/index.ts';

/** A registry in a folder that is gone when disposed. */
export interface TestStorage extends AsyncDisposable {
  readonly root: string;
  readonly storage: RegistryStorage;
}

/** Opens an empty registry. */
export async function testStorage(): Promise<TestStorage> {
  const root = mkdtempSync('/var/tmp/caisson-registry-');
  const storage = await openFolderStorage({ root });
  return {
    root,
    storage,
    async [Symbol.asyncDispose]() {
      await storage[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Uploads a blob. */
export async function pushBlob(
  storage: RegistryStorage,
  repository: string,
  bytes: Buffer = randomBytes(1000),
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const { id } = await storage.beginUpload(repository);
  await storage.appendUpload(repository, id, oneBy(bytes), { start: 0 });
  const digest = sha256(bytes);
  await storage.finishUpload(repository, id, digest);
  return { digest, size: bytes.length };
}

async function* oneBy(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** Puts an image manifest of blobs that are there. */
export async function pushManifest(
  storage: RegistryStorage,
  repository: string,
  blobs: readonly { readonly digest: Digest; readonly size: number }[],
  tag?: string,
): Promise<Digest> {
  const [config, ...layers] = blobs.map((blob) => ({ mediaType: 'application/octet-stream', ...blob }));
  const content = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers };
  const bytes = Buffer.from(JSON.stringify(content));
  const digest = sha256(bytes);
  const { mediaType } = content;
  const manifest = {
    digest,
    mediaType,
    size: bytes.length,
    bytes,
    blobs: blobs.map((blob) => blob.digest),
    manifests: [],
  };
  await storage.putManifest(repository, manifest, tag);
  return digest;
}

/** Pushes an image of so many random blobs. */
export async function pushImage(
  storage: RegistryStorage,
  repository: string,
  tag?: string,
  count = 2,
): Promise<{
  readonly digest: Digest;
  readonly blobs: readonly { readonly digest: Digest; readonly size: number }[];
}> {
  const blobs = await Promise.all(Array.from({ length: count }, () => pushBlob(storage, repository)));
  return { blobs, digest: await pushManifest(storage, repository, blobs, tag) };
}
