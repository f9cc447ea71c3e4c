// ADD unpacks archives in every compression whole, and refuses cut ones.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openContext } from '../../../../src/build/context/index.ts';
import { archiveMeter } from '../../../../src/build/ops/copy/archive-receiver.ts';
import { executeCopy, prepareCopy } from '../../../../src/build/ops/copy/index.ts';
import { isCaissonError } from '../../../../src/core/index.ts';
import { encodeHeader } from '../../../../src/oci/index.ts';
import { tarOf } from '../../../store/archive/archives.ts';
import { compressedForms } from '../../../support/compress.ts';
import { parseInstruction } from './instruction.ts';

const content = randomBytes(3_000_000);
const tar = await tarOf([
  ['first', 'one'],
  ['second', content],
  ['third', 'three'],
]);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync('/var/tmp/copy-archive-');
  for (const name of ['context', 'upper', 'work']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function add(bytes: Buffer): Promise<void> {
  writeFileSync(join(folder, 'context/archive'), bytes);
  const copy = await prepareCopy(parseInstruction('ADD archive /to/'), {
    source: openContext(join(folder, 'context')),
  });
  const draft = { id: 'draft', upper: join(folder, 'upper'), work: join(folder, 'work') };
  await executeCopy(copy, { base: undefined, draft });
}

describe('ADD', () => {
  for (const { name, skip, compress } of [
    { name: 'tar', skip: false, compress: (bytes: Buffer) => bytes },
    ...compressedForms,
  ]) {
    it(`unpacks ${name}`, { skip }, async () => {
      await add(compress(tar));
      assert.equal(readFileSync(join(folder, 'upper/to/first'), 'utf8'), 'one');
      assert.ok(readFileSync(join(folder, 'upper/to/second')).equals(content));
      assert.equal(readFileSync(join(folder, 'upper/to/third'), 'utf8'), 'three');
    });

    it(`refuses ${name} that is cut`, { skip }, async () => {
      const whole = compress(tar);
      await assert.rejects(add(whole.subarray(0, whole.length >> 1)), { code: 'ARCHIVE_INVALID' });
    });
  }

  it('refuses a bomb by the sizes it names, before anything is written', async () => {
    const header = encodeHeader({
      type: 'file',
      name: 'zeros',
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: 5 * 2 ** 30,
      mtime: 0,
    });
    const bomb = gzipSync(Buffer.concat([header, Buffer.alloc(8192)]));
    await assert.rejects(add(bomb), (error) => {
      assert.ok(isCaissonError(error, 'ARCHIVE_TOO_LARGE'));
      assert.match(error.message, /unpacks to more than 250 times its size/);
      assert.match(error.hint ?? '', /--unpack=false/);
      return true;
    });
  });

  it('lets an archive unpack to a gigabyte, to 250 times its size, and to no more than there is room for', () => {
    const meter = archiveMeter({ packed: 10, room: 2 ** 40 });
    meter.add(2 ** 30);
    assert.throws(() => meter.add(1), { code: 'ARCHIVE_TOO_LARGE' });
    archiveMeter({ packed: 2 ** 30, room: 2 ** 40 }).add(250 * 2 ** 30);
    assert.throws(() => archiveMeter({ packed: 2 ** 30, room: 100 }).add(101), { code: 'ENOSPC' });
  });

  it('copies what is compressed but no tar', async () => {
    for (const { skip, compress } of compressedForms) {
      if (skip) continue;
      const bytes = compress(Buffer.alloc(10_000, 'no tar'));
      await add(bytes);
      assert.ok(readFileSync(join(folder, 'upper/to/archive')).equals(bytes));
      rmSync(join(folder, 'upper/to'), { recursive: true });
    }
  });
});
