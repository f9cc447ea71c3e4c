// Checking a registry: damage is found, told, and with repair made good enough to push again.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { hexOf } from '../../../../src/oci/index.ts';
import { check } from '../../../../src/registry/server/collect/index.ts';
import { openFolderStorage, type RegistryStorage } from '../../../../src/registry/server/storage/index.ts';
import { pushBlob, pushImage, pushManifest, type TestStorage, testStorage } from './content.ts';

const { signal } = new AbortController();

function pathOf({ root }: TestStorage, digest: string): string {
  return `${root}/blobs/sha256/${hexOf(digest)}`;
}

function damage(test: TestStorage, digest: string): void {
  const bytes = readFileSync(pathOf(test, digest));
  bytes.writeUInt8(bytes.readUInt8(5) ^ 1, 5);
  writeFileSync(pathOf(test, digest), bytes);
}

function kinds(findings: readonly { readonly kind: string; readonly subject: string }[]): readonly string[] {
  return findings.map(({ kind, subject }) => `${kind} ${subject}`);
}

describe('checking', () => {
  it('finds nothing wrong with a good registry, and counts', async () => {
    await using test = await testStorage();
    const { blobs } = await pushImage(test.storage, 'app', 'v1');
    await pushBlob(test.storage, 'other');
    await test.storage.mountBlob('other', blobs[0]?.digest ?? '', 'app');
    const { bytes, ...report } = await check(test.storage, { repair: false, signal });
    assert.deepEqual(report, { repositories: 2, manifests: 1, blobs: 4, findings: [] });
    assert.ok(bytes > 3000 && bytes < 4000);
  });

  it('finds a blob with a bit turned, in each repository that has it, and leaves it without --repair', async () => {
    await using test = await testStorage();
    const { storage } = test;
    const { blobs } = await pushImage(storage, 'app', 'v1', 1);
    const { digest } = blobs[0] ?? { digest: '' };
    await storage.mountBlob('other', digest, 'app');
    damage(test, digest);
    const { findings } = await check(storage, { repair: false, signal });
    assert.deepEqual(kinds(findings), [`blob-corrupt ${digest}`, `blob-corrupt ${digest}`]);
    assert.ok(findings.every(({ repaired }) => !repaired));
    assert.ok(await storage.blob('app', digest));
  });

  it('repairs it: the blob is unknown, can be pushed again, and all is well', async () => {
    await using test = await testStorage();
    const { storage } = test;
    const bytes = Buffer.alloc(5000, 'x');
    const blob = await pushBlob(storage, 'app', bytes);
    await pushManifest(storage, 'app', [blob], 'v1');
    damage(test, blob.digest);
    const repaired = await check(storage, { repair: true, signal });
    assert.deepEqual(
      repaired.findings.map((finding) => finding.repaired),
      [true],
    );
    assert.equal(await storage.blob('app', blob.digest), undefined);
    assert.deepEqual(kinds((await check(storage, { repair: false, signal })).findings), [
      `blob-missing ${blob.digest}`,
    ]);
    await pushBlob(storage, 'app', bytes);
    assert.deepEqual((await check(storage, { repair: false, signal })).findings, []);
    assert.ok(await storage.manifest('app', { tag: 'v1' }));
  });

  it('finds lost bytes of blobs and manifests', async () => {
    await using test = await testStorage();
    const { storage } = test;
    const { digest, blobs } = await pushImage(storage, 'app', 'v1', 1);
    rmSync(pathOf(test, blobs[0]?.digest ?? ''));
    rmSync(pathOf(test, digest));
    const { findings } = await check(storage, { repair: true, signal });
    assert.deepEqual(kinds(findings), [`blob-missing ${blobs[0]?.digest}`, `manifest-missing ${digest}`]);
    assert.deepEqual((await check(storage, { repair: false, signal })).findings, []);
    assert.deepEqual(await storage.tags('app', {}), []);
  });

  it('finds a changed manifest', async () => {
    await using test = await testStorage();
    const { digest } = await pushImage(test.storage, 'app', 'v1');
    damage(test, digest);
    const { findings } = await check(test.storage, { repair: true, signal });
    assert.deepEqual(kinds(findings), [`manifest-corrupt ${digest}`]);
    assert.equal(await test.storage.manifest('app', { tag: 'v1' }), undefined);
  });

  it('finds files of an image layout that are no links to the content, and has them written anew', async () => {
    const root = mkdtempSync('/var/tmp/caisson-registry-');
    /** What ends with a storage is written before it is closed. */
    const opened = async <T>(work: (storage: RegistryStorage) => Promise<T>): Promise<T> => {
      await using storage = await openFolderStorage({ root });
      return await work(storage);
    };
    const findings = (repair: boolean) =>
      opened(async (storage) => kinds((await check(storage, { repair, signal })).findings));
    try {
      const { digest, blobs } = await opened((storage) => pushImage(storage, 'team/app', 'v1', 2));
      assert.deepEqual(await findings(false), []);
      const layout = `${root}/repositories/team+app`;
      const changed = hexOf(blobs[0]?.digest ?? '');
      const gone = `${layout}/blobs/sha256/${hexOf(digest)}`;
      rmSync(`${layout}/blobs/sha256/${changed}`);
      writeFileSync(`${layout}/blobs/sha256/${changed}`, 'something else');
      rmSync(gone);
      writeFileSync(`${layout}/index.json`, '{}');
      const expected = [`${layout}/blobs/sha256/${changed}`, gone, `${layout}/index.json`];
      assert.deepEqual(
        [...(await findings(true))].sort(),
        expected.map((path) => `layout-wrong ${path}`).sort(),
      );
      assert.deepEqual(await findings(false), []);
      const inode = (path: string): number => statSync(path).ino;
      assert.equal(inode(`${layout}/blobs/sha256/${changed}`), inode(`${root}/blobs/sha256/${changed}`));
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
