// Layouts in folders that are there already, with nothing in them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { imageLayout, sampleImage } from '../../store/archive/archives.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { workshop, writeMembers } from './samples.ts';

const whole = ['blobs', 'index.json', 'oci-layout'];
const given = imageLayout(await sampleImage());

describe('copy to an empty folder', () => {
  it('fills it: its mode stays', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/in`, given);
    mkdirSync(`${folder}/out`);
    chmodSync(`${folder}/out`, 0o2750);
    const { ino } = statSync(`${folder}/out`);
    await copy(`oci:${folder}/in`, `oci:${folder}/out:1`);
    assert.deepEqual(readdirSync(`${folder}/out`).toSorted(), whole);
    assert.equal(statSync(`${folder}/out`).ino, ino);
    assert.equal(statSync(`${folder}/out`).mode & 0o7777, 0o2750);
    assert.equal(statSync(`${folder}/out/oci-layout`).mode & 0o777, 0o644);
    await copy(`oci:${folder}/out:1`, `oci:${folder}/again`);
  });

  it('fills one that is a mount', { skip: cannotRunContainers }, async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/in`, given);
    mkdirSync(`${folder}/out`);
    execFileSync('mount', ['-t', 'tmpfs', 'none', `${folder}/out`]);
    try {
      await copy(`oci:${folder}/in`, `oci:${folder}/out:1`);
      assert.deepEqual(readdirSync(`${folder}/out`).toSorted(), whole);
      await copy(`oci:${folder}/out:1`, `oci:${folder}/again`);
    } finally {
      execFileSync('umount', ['-l', `${folder}/out`]);
    }
  });

  it('sweeps what a writer that died left there, before and at its end', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/in`, given);
    mkdirSync(`${folder}/out/.partial-1-0123abcd/blobs`, { recursive: true });
    await copy(`oci:${folder}/in`, `oci:${folder}/out:1`);
    assert.deepEqual(readdirSync(`${folder}/out`).toSorted(), whole);
    // Killed behind its lock, before there was an index.
    mkdirSync(`${folder}/other/blobs/sha256`, { recursive: true });
    writeFileSync(`${folder}/other/oci-layout`, '');
    await copy(`oci:${folder}/in`, `oci:${folder}/other:1`);
    await copy(`oci:${folder}/other:1`, `oci:${folder}/again`);
  });

  it('leaves it empty where the copy fails', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/in`, given);
    const [blob = ''] = readdirSync(`${folder}/in/blobs/sha256`).filter(
      (name) => statSync(`${folder}/in/blobs/sha256/${name}`).size > 1000,
    );
    writeFileSync(`${folder}/in/blobs/sha256/${blob}`, Buffer.alloc(10));
    mkdirSync(`${folder}/out`);
    await assert.rejects(copy(`oci:${folder}/in`, `oci:${folder}/out:1`), { code: 'SIZE_MISMATCH' });
    assert.deepEqual(readdirSync(`${folder}/out`), []);
    assert.ok(!existsSync(`${folder}/again`));
  });
});
