// Copies over several builds: keys follow content and nothing else, changes are named, unchanged files are linked.

import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openContext } from '../../../../src/build/context/index.ts';
import {
  executeCopy,
  explainFiles,
  type PreparedCopy,
  prepareCopy,
} from '../../../../src/build/ops/copy/index.ts';
import { isCaissonError } from '../../../../src/core/index.ts';
import { parseInstruction } from './instruction.ts';
import { makeTree } from './trees.ts';

let folder = '';
let context = '';
beforeEach(() => {
  folder = mkdtempSync('/var/tmp/copy-rebuild-');
  context = join(folder, 'context');
  makeTree(context, [
    'd 755 0:0 src',
    'f 644 0:0 src/a.c one',
    'f 644 0:0 src/b.c two',
    'l src/l -> a.c',
    'f 644 0:0 other x',
  ]);
});
afterEach(() => rmSync(folder, { recursive: true }));

function prepare(instruction = 'COPY src /app/'): Promise<PreparedCopy> {
  const indexFile = join(folder, 'index');
  return prepareCopy(parseInstruction(instruction), { source: openContext(context), indexFile });
}

async function layer(name: string, copy: PreparedCopy, previous?: PreparedCopy): Promise<string> {
  const draft = { id: name, upper: join(folder, name), work: join(folder, `${name}-work`) };
  mkdirSync(draft.upper);
  mkdirSync(draft.work);
  const before = previous && { previous: { ...previous, folder: join(folder, 'first') } };
  await executeCopy(copy, { base: undefined, draft, ...before });
  return draft.upper;
}

describe('keys', () => {
  it('stay when only times, or files that are not copied, change', async () => {
    const { key } = await prepare();
    utimesSync(join(context, 'src/a.c'), 5, 5);
    writeFileSync(join(context, 'other'), 'changed');
    assert.equal((await prepare()).key, key);
  });

  const changes: readonly (readonly [string, () => void])[] = [
    ['src/a.c: content changed', () => writeFileSync(join(context, 'src/a.c'), 'eno')],
    ['src/b.c: mode 0644 → 0755', () => chmodSync(join(context, 'src/b.c'), 0o755)],
    ['new file src/x', () => writeFileSync(join(context, 'src/x'), '')],
    ['removed src/b.c', () => unlinkSync(join(context, 'src/b.c'))],
    [
      'src/l: link target "a.c" → "b.c"',
      () => {
        unlinkSync(join(context, 'src/l'));
        symlinkSync('b.c', join(context, 'src/l'));
      },
    ],
  ];
  for (const [line, change] of changes)
    it(`change, explained: ${line}`, async () => {
      const before = await prepare();
      change();
      const after = await prepare();
      assert.notEqual(after.key, before.key);
      assert.deepEqual(explainFiles(before.manifest(), after.manifest()), [line]);
    });
});

describe('layers', () => {
  it('share unchanged files with the last one, and hold changed ones anew', async () => {
    const first = await prepare();
    await layer('first', first);
    writeFileSync(join(context, 'src/a.c'), 'changed');
    const second = await prepare();
    await layer('second', second, first);
    const inode = (path: string): number => statSync(join(folder, path)).ino;
    assert.equal(inode('second/app/b.c'), inode('first/app/b.c'));
    assert.notEqual(inode('second/app/a.c'), inode('first/app/a.c'));
    assert.equal(readFileSync(join(folder, 'second/app/a.c'), 'utf8'), 'changed');
    assert.equal(readFileSync(join(folder, 'first/app/a.c'), 'utf8'), 'one');
  });

  it('share what stays when files come and go around it, in any order of sources', async () => {
    const instruction = 'COPY other src /app/';
    const first = await prepare(instruction);
    await layer('first', first);
    writeFileSync(join(context, 'src/aa.c'), 'new');
    unlinkSync(join(context, 'src/a.c'));
    await layer('second', await prepare(instruction), first);
    for (const path of ['app/other', 'app/b.c'])
      assert.equal(
        statSync(join(folder, 'second', path)).ino,
        statSync(join(folder, 'first', path)).ino,
        path,
      );
  });

  it('do not share files whose time changed, which a layer holds', async () => {
    const first = await prepare();
    await layer('first', first);
    utimesSync(join(context, 'src/b.c'), 77, 77);
    await layer('second', await prepare(), first);
    assert.equal(statSync(join(folder, 'second/app/b.c')).mtimeMs, 77_000);
    assert.notEqual(statSync(join(folder, 'first/app/b.c')).mtimeMs, 77_000);
  });

  it('are refused when a file changed after it was hashed', async () => {
    const copy = await prepare();
    writeFileSync(join(context, 'src/a.c'), 'eno');
    await assert.rejects(layer('first', copy), (error) => isCaissonError(error, 'CONTEXT_CHANGED'));
  });

  it('of many files, written by threads, equal their source', async () => {
    const lines = Array.from(
      { length: 1_500 },
      (_, at) => `f ${at % 2 ? 644 : 755} 0:0 many/d${at % 7}/f${at} ${'x'.repeat(at)}`,
    );
    makeTree(context, lines);
    await layer('first', await prepare('COPY many /m/'));
    for (let at = 0; at < 1_500; at++) {
      const path = join(folder, `first/m/d${at % 7}/f${at}`);
      assert.equal(readFileSync(path, 'utf8').length, at);
      assert.equal(statSync(path).mode & 0o777, at % 2 ? 0o644 : 0o755);
    }
  });
});

describe('hostile archives', () => {
  it('cannot leave the layer', async () => {
    const header = (name: string): Buffer => {
      const block = Buffer.alloc(1024);
      block.write(name);
      block.write('0000644\0', 100);
      block.write('0000000\0', 108);
      block.write('0000000\0', 116);
      block.write('00000000004\0', 124);
      block.write('00000000000\0', 136);
      block.write('        0', 148);
      block.write('ustar\x0000', 257);
      block.write('evil', 512);
      const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
      block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      return Buffer.concat([block, Buffer.alloc(1024)]);
    };
    writeFileSync(join(context, 'evil.tar'), header('../../evil'));
    await assert.rejects(layer('first', await prepare('ADD evil.tar /x/')), (error) =>
      isCaissonError(error, 'ARCHIVE_INVALID'),
    );
  });
});
