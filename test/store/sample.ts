// Stores and images for the tests of the store.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Manifest, mediaTypes, type Platform, sha256 } from '../../src/oci/index.ts';
import { type ImageRecord, openStore, type Store } from '../../src/store/index.ts';

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

/** Adds an image without layers for a platform. */
export function addImageFor(store: Store, label: string, platform: Platform): ImageRecord {
  return store.images.add({ ...emptyImage(label, platform), layers: [] });
}
