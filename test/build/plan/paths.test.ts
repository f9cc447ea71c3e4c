// Paths in the image.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { joinDirectory, resolveDestination, resolveSource } from '../../../src/build/plan/paths.ts';

type Row = readonly [current: string | undefined, path: string, result: string];

const directories: readonly Row[] = [
  [undefined, 'a', '/a'],
  ['/', '.', '/'],
  ['/a', '', '/a'],
  ['/a', 'b/', '/a/b'],
  ['/a', '../../..', '/'],
  ['/a', '/b//c/', '/b//c/'],
  ['rel', 'x', '/rel/x'],
];

suite('WORKDIR', () => {
  for (const [current, path, result] of directories) {
    test(`${path} in ${current}`, () => assert.equal(joinDirectory(current, path), result));
  }
});

const destinations: readonly Row[] = [
  ['/w', 'a', '/w/a'],
  ['/w', 'a/', '/w/a/'],
  ['/w', 'a/.', '/w/a/'],
  ['/w', '.', '/w/'],
  ['/w', './', '/w/'],
  ['/w', '', '/w/'],
  ['/w', '..', '/'],
  ['/w/x', '..', '/w'],
  ['/w', '/', '/'],
  [undefined, '.', '/'],
  ['/w', '/a/../../b', '/b'],
  ['/w', 'a.', '/w/a.'],
];

suite('destinations', () => {
  for (const [current, path, result] of destinations) {
    test(`${path} in ${current}`, () => assert.equal(resolveDestination(current, path), result));
  }
});

const sources: readonly (readonly [string, string])[] = [
  ['a', 'a'],
  ['/a/b', 'a/b'],
  ['./a/', 'a'],
  ['.', '.'],
  ['/', '.'],
  ['../../etc/passwd', 'etc/passwd'],
  ['a/../../b', 'b'],
  ['dir/*.[ch]', 'dir/*.[ch]'],
];

suite('sources cannot leave their tree', () => {
  for (const [path, result] of sources) {
    test(path, () => assert.equal(resolveSource(path), result));
  }
});
