// Several copies to one place at once, and disks that fail behind the writing.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Index, mediaTypes, sha256 } from '../../../src/oci/index.ts';
import { writeBlob } from '../../../src/registry/copy/targets/bytes.ts';
import { type Partial, partialFolder } from '../../../src/registry/copy/targets/partial.ts';
import { copyImage, openSource, openTarget, parsePlace } from '../../../src/registry/index.ts';
import { imageLayout, sampleImage } from '../../store/archive/archives.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { workshop, writeMembers } from './samples.ts';

const { signal } = new AbortController();

/** Copies into the layout `out` that were all begun before the first one ended. */
async function copiesAtOnce(t: TestContext, prepare: (folder: string) => void) {
  const { folder, copy, store } = await workshop(t);
  const services = { store, client: () => assert.fail('No registry is asked') };
  writeMembers(`${folder}/in`, imageLayout(await sampleImage()));
  prepare(folder);
  {
    await using source = await openSource(parsePlace(`oci:${folder}/in`), services, { signal });
    await using first = await openTarget(parsePlace(`oci:${folder}/out:first`), services, { signal });
    await using second = await openTarget(parsePlace(`oci:${folder}/out:second`), services, { signal });
    for (const target of [first, second]) await copyImage(source, target, { signal, onEvent: () => {} });
  }
  for (const tag of ['first', 'second']) await copy(`oci:${folder}/out:${tag}`, `oci:${folder}/${tag}`);
  const { manifests } = JSON.parse(readFileSync(`${folder}/out/index.json`, 'utf8')) as Index;
  assert.equal(manifests.length, 2);
  assert.deepEqual(readdirSync(`${folder}/out`).toSorted(), ['blobs', 'index.json', 'oci-layout']);
}

describe('copies to one layout at once', () => {
  it('are both in it where it was not there', (t) => copiesAtOnce(t, () => {}));
  it('are both in it where an empty folder was there', (t) =>
    copiesAtOnce(t, (folder) => mkdirSync(`${folder}/out`)));

  it('are refused where something else came meanwhile', async (t) => {
    const { folder, store } = await workshop(t);
    const services = { store, client: () => assert.fail('No registry is asked') };
    writeMembers(`${folder}/in`, imageLayout(await sampleImage()));
    await using source = await openSource(parsePlace(`oci:${folder}/in`), services, { signal });
    await using target = await openTarget(parsePlace(`oci:${folder}/out`), services, { signal });
    mkdirSync(`${folder}/out`);
    writeFileSync(`${folder}/out/mine`, '');
    await assert.rejects(copyImage(source, target, { signal, onEvent: () => {} }), {
      code: 'TARGET_EXISTS',
      message: /is not an OCI layout/,
    });
    assert.deepEqual(readdirSync(`${folder}/out`), ['mine']);
  });

  it('take none of each other’s folders that were made just now for ones that were left', async (t) => {
    const { folder } = await workshop(t);
    const making: Promise<readonly PromiseSettledResult<Partial>[]>[] = [];
    for (let number = 0; number < 100; number += 1) {
      making.push(Promise.allSettled([partialFolder(folder, 'out')]));
      await turn();
    }
    const made = (await Promise.all(making)).flat();
    for (const each of made) if (each.status === 'fulfilled') await each.value.handle.close();
    assert.deepEqual(
      made.filter(({ status }) => status === 'rejected'),
      [],
    );
    assert.equal(readdirSync(folder).filter((name) => name.startsWith('out.')).length, made.length);
  });
});

it('a blob is not written where a sync fails while more of it comes: that is told by no other sync', async (t) => {
  const { folder } = await workshop(t);
  const zeros = Buffer.alloc(40 * 1024 * 1024);
  const blob = {
    descriptor: { mediaType: mediaTypes.ociLayer, digest: sha256(zeros), size: zeros.length },
    open: async () => Readable.from([zeros.subarray(1024 * 1024), zeros.subarray(0, 1024 * 1024)]),
  };
  // A device that gives what was written to it, and that cannot be synced.
  await using device = await open('/dev/zero', 'r+');
  await assert.rejects(writeBlob(blob, { signal, origin: 'here' }, { file: device }), { code: 'EINVAL' });
  await using file = await open(join(folder, 'file'), 'w');
  await writeBlob(blob, { signal, origin: 'here' }, { file });
  assert.equal((await file.stat()).size, blob.descriptor.size);
});

describe('a full disk', { skip: cannotRunContainers }, () => {
  for (const kind of ['oci', 'oci-archive', 'docker-archive'])
    it(`of the target is told as such, and nothing is left: ${kind}`, async (t) => {
      const { folder, copy } = await workshop(t);
      writeMembers(`${folder}/in`, imageLayout(await sampleImage()));
      const disk = join(folder, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'none', disk]);
      try {
        writeFileSync(join(disk, 'filled'), Buffer.alloc(8192));
        await assert.rejects(copy(`oci:${folder}/in`, `${kind}:${disk}/out`), {
          code: 'DISK_FULL',
          message: `No space is left on the disk of "${disk}/out"`,
        });
        assert.deepEqual(readdirSync(disk), ['filled']);
      } finally {
        execFileSync('umount', ['-l', disk]);
      }
    });
});
