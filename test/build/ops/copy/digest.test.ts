// The digest that a copy takes of its layer while it writes: the same as reading the layer gives, or none.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openContext } from '../../../../src/build/context/index.ts';
import { executeCopy, prepareCopy } from '../../../../src/build/ops/copy/index.ts';
import { setXattr } from '../../../../src/core/index.ts';
import { openView } from '../../../../src/store/index.ts';
import { packLayer } from '../../../../src/store/layers/index.ts';
import { parseInstruction } from './instruction.ts';

describe('digests taken while writing', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync('/var/tmp/copy-digest-');
    for (const name of ['context/tree', 'base/etc', 'upper', 'work'])
      mkdirSync(join(folder, name), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (path: string, content: string | Buffer): void => {
    mkdirSync(join(folder, 'context', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'context', path), content);
  };

  async function copy(instruction: string) {
    const draft = { id: 'd', upper: join(folder, 'upper'), work: join(folder, 'work') };
    const prepared = await prepareCopy(parseInstruction(instruction), {
      source: openContext(join(folder, 'context')),
    });
    const { diff } = await executeCopy(prepared, { base: openView([join(folder, 'base')]), draft });
    const hash = createHash('sha256');
    const { size } = packLayer(draft.upper, (chunk) => {
      hash.update(chunk);
      return 'done';
    });
    return { taken: diff, read: { diffId: `sha256:${hash.digest('hex')}`, size } };
  }

  async function agrees(instruction: string): Promise<void> {
    const { taken, read } = await copy(instruction);
    assert.deepEqual(taken, read);
  }

  async function leavesItToReading(instruction: string): Promise<void> {
    const { taken } = await copy(instruction);
    assert.equal(taken, undefined);
  }

  it('takes few files, in place', async () => {
    put('tree/a', 'a');
    put('tree/a.b/c', 'c');
    put('tree/empty', '');
    symlinkSync('a', join(folder, 'context/tree/link'));
    await agrees('COPY tree /deep/er/tree');
  });

  it('takes many files from several threads in their order', async () => {
    for (let at = 0; at < 3000; at++)
      put(`tree/d${at % 7}/sub/f${at}`, Buffer.alloc((at * 7919) % 30_000, at));
    mkdirSync(join(folder, 'context/tree/zz-empty/below'), { recursive: true });
    await agrees('COPY --chown=7:8 --chmod=u=rwX,go= tree /tree');
  });

  it('takes large files in pieces, of any length', async () => {
    for (const [at, size] of [1 << 20, (2 << 20) + 1, (4 << 20) - 511, (6 << 20) + 4096].entries())
      put(`tree/large${at}`, Buffer.alloc(size, at + 1));
    put('tree/m', 'between');
    await agrees('COPY tree /tree');
  });

  it('takes files just below the size of large ones', async () => {
    for (let at = 0; at < 300; at++) put(`tree/f${at}`, at % 100 ? 'x' : Buffer.alloc((1 << 20) - 1, at));
    await agrees('COPY tree /tree');
  });

  it('takes long names and names that are not ASCII', async () => {
    for (let at = 0; at < 200; at++) put(`tree/${'long'.repeat(50)}/${'name'.repeat(60)}${at}/é${at}`, 'x');
    symlinkSync('t'.repeat(3000), join(folder, 'context/tree/link'));
    await agrees('COPY tree /tree');
  });

  it('takes several sources that come in the order of the tar', async () => {
    for (const name of ['a', 'b', 'c']) put(name, name);
    await agrees('COPY a b c /etc/');
  });

  it('leaves sources in another order to reading', async () => {
    for (const name of ['a', 'b']) put(name, name);
    await leavesItToReading('COPY b a /etc/');
  });

  it('leaves directories that a later source changes to reading', async () => {
    put('one/x/a', 'a');
    put('two/x/b', 'b');
    utimesSync(join(folder, 'context/one/x'), 1, 1);
    await leavesItToReading('COPY one two /tree/');
  });

  it('leaves what the names do not tell to reading', async () => {
    put('tree/a', 'a');
    linkSync(join(folder, 'context/tree/a'), join(folder, 'context/tree/b'));
    await leavesItToReading('COPY tree /tree');
  });

  it('takes files whose other names are not copied', async () => {
    for (const name of ['a', 'b']) {
      put(`tree/${name}`, name);
      linkSync(join(folder, 'context/tree', name), join(folder, 'context', name));
    }
    await agrees('COPY tree /tree');
  });

  it('leaves extended attributes to reading, of small and of large files', async () => {
    put('tree/large', '');
    truncateSync(join(folder, 'context/tree/large'), 3 << 20);
    setXattr(join(folder, 'context/tree/large'), 'user.note', Buffer.from('kept'));
    await leavesItToReading('COPY tree /tree');
  });

  it('leaves names that look like whiteouts to reading', async () => {
    put('tree/.wh.a', 'a');
    await leavesItToReading('COPY tree /tree');
  });

  it('leaves a base directory with attributes of its own to reading', async () => {
    setXattr(join(folder, 'base/etc'), 'user.note', Buffer.from('kept'));
    put('a', 'a');
    await leavesItToReading('COPY a /etc/');
  });
});
