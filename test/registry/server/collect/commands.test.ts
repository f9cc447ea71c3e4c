// `caisson registry gc` and `check` beside a registry that is served by another process.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { gcCommand } from '../../../../src/cli/commands/registry-collect.ts';
import { hexOf, mediaTypes, sha256 } from '../../../../src/oci/index.ts';
import { registryProcess } from '../../../support/registry-server.ts';

const program = fileURLToPath(new URL('../../../../bin/caisson', import.meta.url));

async function caisson(root: string, ...args: readonly string[]) {
  const env = { CAISSON_ROOT: root, NO_COLOR: '1' };
  const { exitCode, stdout, stderr } = await execa(program, ['registry', ...args, '--root', root], {
    env,
    reject: false,
    timeout: 60_000,
  });
  return { code: exitCode, stdout, stderr };
}

async function pushBlob(url: string, repository: string, bytes: Buffer) {
  const begun = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const place = new URL(begun.headers.get('location') ?? '', url);
  place.searchParams.set('digest', sha256(bytes));
  assert.equal((await fetch(place, { method: 'PUT', body: new Uint8Array(bytes) })).status, 201);
  return { mediaType: 'application/octet-stream', digest: sha256(bytes), size: bytes.length };
}

async function pushManifest(url: string, repository: string, tag: string, blob: object): Promise<number> {
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: blob, layers: [blob] };
  const headers = { 'content-type': mediaTypes.ociManifest };
  const body = JSON.stringify(manifest);
  const { status } = await fetch(`${url}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers,
    body,
  });
  return status;
}

describe('caisson registry', () => {
  it('collects and checks while another process serves', async () => {
    await using registry = await registryProcess(['--gc-interval', '0']);
    const { root, url } = registry;
    const kept = await pushBlob(url, 'app', randomBytes(2000));
    assert.equal(await pushManifest(url, 'app', 'v1', kept), 201);
    const left = await pushBlob(url, 'app', randomBytes(3000));
    const early = await caisson(root, 'gc');
    assert.deepEqual([early.code, early.stdout], [0, 'Freed 0B: 0 blobs, 0 uploads']);
    const planned = await caisson(root, 'gc', '--dry-run', '--older-than', '0s');
    assert.equal(planned.stdout, `app@${left.digest}  3kB\nWould free 3kB: 1 blob, 0 uploads`);
    const done = await caisson(root, 'gc', '--older-than', '0s');
    assert.match(done.stdout, /\nFreed 3kB: 1 blob, 0 uploads$/);
    const has = async (digest: string) =>
      (await fetch(`${url}/v2/app/blobs/${digest}`, { method: 'HEAD' })).status;
    assert.deepEqual([await has(kept.digest), await has(left.digest)], [200, 404]);

    const good = await caisson(root, 'check');
    assert.deepEqual([good.code, good.stderr], [0, '']);
    assert.match(good.stdout, /^Checked 1 repository, 1 manifest, 1 blob \(.* read\): 0 findings$/);
    const file = `${root}/blobs/sha256/${hexOf(kept.digest)}`;
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    writeFileSync(file, bytes);
    const bad = await caisson(root, 'check');
    assert.equal(bad.code, 1);
    assert.match(
      bad.stdout,
      new RegExp(`^blob-corrupt  app  ${kept.digest}: its bytes have another digest\n`),
    );
    assert.equal((await caisson(root, 'check', '--repair')).code, 1);
    assert.equal(await has(kept.digest), 404);
  });

  it('shows spans of time as they are written', () => {
    assert.match(gcCommand().helpInformation(), /--older-than <span>[^(]*\(default: 24h\)/);
  });

  it('says what it cannot do', async () => {
    const missing = await caisson('/nonexistent', 'gc');
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /There is no registry in "\/nonexistent"/);
    const span = await caisson('/nonexistent', 'gc', '--older-than', 'soon');
    assert.notEqual(span.code, 0);
    assert.match(span.stderr, /"soon" is not a span of time; write it like 90s, 10m, 24h or 7d/);
  });
});
