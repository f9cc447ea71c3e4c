// WORKDIR makes what is missing, as BuildKit was seen to do: 0755, owned by the user in force, links followed inside the tree.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { makeDirectory } from '../../../src/build/ops/mkdir.ts';
import { isCaissonError } from '../../../src/core/index.ts';
import { openView } from '../../../src/store/index.ts';
import { listTree, makeTree } from './copy/trees.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync('/var/tmp/mkdir-test-');
  makeTree(join(folder, 'base'), ['d 700 1:2 t', 'l l -> t', 'l out -> ../../../t', 'f 644 0:0 f F']);
  mkdirSync(join(folder, 'upper'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function made(path: string): readonly string[] {
  const draft = { id: 'd', upper: join(folder, 'upper'), work: join(folder, 'work') };
  makeDirectory(openView([join(folder, 'base')]), draft, path, { mode: 0o755, uid: 5, gid: 6 });
  return listTree(draft.upper);
}

describe('makeDirectory', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['/a/b', ['d 755 5:6 a', 'd 755 5:6 a/b']],
    ['/t', []],
    ['/l/x', ['d 700 1:2 t', 'd 755 5:6 t/x']],
    ['/out/x', ['d 700 1:2 t', 'd 755 5:6 t/x']],
  ];
  for (const [path, expected] of cases)
    it(path, () =>
      assert.deepEqual(
        made(path).map((line) => line.replace(/ MADE$/, '')),
        expected,
      ),
    );

  it('refuses to go through a file', () => {
    assert.throws(
      () => made('/f/x'),
      (error) => isCaissonError(error, 'NOT_A_DIRECTORY'),
    );
  });
});
