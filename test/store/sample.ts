// Stores and images for the tests of the store.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  type Descriptor,
  hostPlatform,
  type Index,
  type Manifest,
  mediaTypes,
  type Platform,
  sha256,
} from '../../src/oci/index.ts';
import { type ImageRecord, type IndexRecord, openStore, type Store } from '../../src/store/index.ts';

/** A fresh folder that goes with the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync('/var/tmp/caisson-store-test-');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in a fresh folder; both go with the test. */
export async function temporaryStore(t: TestContext): Promise<Store> {
  const folder = mkdtempSync('/var/tmp/caisson-store-test-');
  const store = await openStore({ root: join(folder, 'root') });
  t.after(async () => {
    await store[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
    rmSync(store.runDirectory, { recursive: true, force: true });
  });
  return store;
}

/** The config and manifest of an image without layers; `label` makes it unlike others. */
export function emptyImage(
  label: string,
  platform: Platform = { os: 'linux', architecture: 'amd64' },
): { readonly config: Buffer; readonly manifest: Buffer } {
  const config = Buffer.from(
    JSON.stringify({
      ...platform,
      config: { Labels: { label } },
      rootfs: { type: 'layers', diff_ids: [] },
    }),
  );
  return { config, manifest: manifestOf(config, []) };
}

/** The bytes of a manifest of `config` and `layers`. */
export function manifestOf(config: Buffer, layers: Manifest['layers']): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: { mediaType: mediaTypes.ociConfig, digest: sha256(config), size: config.length },
      layers,
    }),
  );
}

/** Adds an image without layers. */
export function addEmptyImage(store: Store, label: string, names: readonly string[] = []): ImageRecord {
  return store.images.add({ ...emptyImage(label), layers: [], names });
}

function addImageFor(store: Store, label: string, platform: Platform): ImageRecord {
  return store.images.add({ ...emptyImage(label, platform), layers: [] });
}

/** A platform that is not this machine's. */
export const foreign: Platform = {
  os: 'linux',
  architecture: hostPlatform().architecture === 's390x' ? 'arm64' : 's390x',
};

function descriptorOf(image: ImageRecord): Descriptor {
  const { manifest, manifestDigest: digest, manifestSize: size, platform } = image;
  return { mediaType: manifest.mediaType, digest, size, platform };
}

/** Adds an index of two images and an attestation. The foreign image comes first, so that the choice is not by position. */
export function addIndexOf(store: Store, title: string, names: readonly string[]): IndexRecord {
  const images = [foreign, hostPlatform()].map((platform) => addImageFor(store, title, platform));
  const attestation = putAttestation(store, title);
  const index: Index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [...images.map(descriptorOf), attestation.descriptor],
  };
  return store.images.addIndex({
    index: Buffer.from(JSON.stringify(index)),
    images: images.map(({ manifestDigest }) => manifestDigest),
    blobs: attestation.blobs,
    names,
  });
}

/** An attestation manifest as BuildKit writes them: its config, and one in-toto statement. */
function putAttestation(
  store: Store,
  title: string,
): { readonly descriptor: Descriptor; readonly blobs: readonly string[] } {
  const config = store.content.put(
    Buffer.from('{"architecture":"unknown","os":"unknown"}'),
    mediaTypes.ociConfig,
  );
  const layer = store.content.put(Buffer.from(`{"about":"${title}"}`), 'application/vnd.in-toto+json');
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [layer] };
  const descriptor: Descriptor = {
    ...store.content.put(Buffer.from(JSON.stringify(manifest)), mediaTypes.ociManifest),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  };
  return { descriptor, blobs: [descriptor.digest, config.digest, layer.digest].sort() };
}
