// The digest index: remembers digests by the exact state of a file, and distrusts what is too fresh.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type FileIdentity, openDigestIndex } from '../../../src/build/context/index.ts';

let folder = '';
before(() => {
  folder = mkdtempSync('/var/tmp/digest-index-');
});
after(() => rmSync(folder, { recursive: true }));

function identity(at: number): FileIdentity {
  return { device: 64_768, inode: 2 ** 33 + at, size: 2 ** 34 + at, mtime: 1e12 + at / 8, ctime: 1e12 + at };
}

function digest(at: number): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32LE(at);
  return bytes;
}

describe('openDigestIndex', () => {
  it('finds after reopening what was added, and nothing else', () => {
    const file = join(folder, 'many');
    {
      using index = openDigestIndex(file);
      for (let at = 0; at < 5_000; at++) index.add(identity(at), digest(at));
    }
    using index = openDigestIndex(file);
    for (let at = 0; at < 5_000; at++)
      assert.deepEqual(Buffer.from(index.find(identity(at)) ?? []), digest(at));
    assert.equal(index.find(identity(5_000)), undefined);
    for (const field of ['device', 'inode', 'size', 'mtime', 'ctime'] as const)
      assert.equal(index.find({ ...identity(7), [field]: identity(7)[field] + 1 }), undefined, field);
  });

  it('does not trust a file that changed just before it was read', () => {
    using index = openDigestIndex(join(folder, 'racy'));
    index.add({ ...identity(1), mtime: Date.now() }, digest(1));
    index.add({ ...identity(2), ctime: Date.now() - 5 }, digest(2));
    assert.equal(index.find({ ...identity(1) }), undefined);
    assert.equal(index.find({ ...identity(2) }), undefined);
  });

  it('takes a damaged file for an empty index', () => {
    const file = join(folder, 'damaged');
    writeFileSync(file, 'CSN-DIG1 and then nonsense');
    using index = openDigestIndex(file);
    assert.equal(index.find(identity(1)), undefined);
  });

  it('is shared by copies prepared at the same time', () => {
    const file = join(folder, 'shared');
    {
      using first = openDigestIndex(file);
      using second = openDigestIndex(file);
      first.add(identity(1), digest(1));
      second.add(identity(2), digest(2));
    }
    assert.equal(statSync(file).size, 3 * 64);
  });
});
