// Ignore files: which paths Docker's rules leave out, and how a walk uses them.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  compileIgnore,
  type IgnoreMatcher,
  type IgnoreState,
  parseIgnoreFile,
} from '../../../src/build/context/index.ts';
import { isCaissonError } from '../../../src/core/index.ts';
import { toBytePath } from '../../../src/oci/index.ts';
import { BAD_IGNORE_FILES, IGNORE_CASES } from './ignore-cases.ts';

function stateAt(matcher: IgnoreMatcher, path: string): IgnoreState {
  const names = toBytePath(path)
    .split('/')
    .filter((name) => name !== '');
  return names.reduce((state, name) => matcher.enter(state, name), matcher.root);
}

describe('ignore patterns', () => {
  for (const [file, path, ignored] of IGNORE_CASES)
    it(`${JSON.stringify(file)} ${ignored ? 'takes' : 'leaves'} ${path}`, () =>
      assert.equal(stateAt(compileIgnore(parseIgnoreFile(file)), path).ignored, ignored));

  for (const file of BAD_IGNORE_FILES)
    it(`refuses ${JSON.stringify(file)}`, () =>
      assert.throws(
        () => compileIgnore(parseIgnoreFile(file)),
        (error) => isCaissonError(error, 'IGNORE_PATTERN_INVALID'),
      ));
});

describe('walks', () => {
  it('skip what no exception can bring back', () => {
    const matcher = compileIgnore(['node_modules', 'dist', '!dist/keep/**/x']);
    assert.equal(stateAt(matcher, 'node_modules').descend, false);
    assert.equal(stateAt(matcher, 'dist').descend, true);
    assert.equal(stateAt(matcher, 'dist/keep').descend, true);
    assert.equal(stateAt(matcher, 'dist/other').descend, false);
  });

  it('take time linear in the path, however hostile the patterns', () => {
    const matcher = compileIgnore([`${'a*'.repeat(40)}b`, `${'**/a'.repeat(30)}`]);
    const started = performance.now();
    assert.equal(stateAt(matcher, 'a'.repeat(20_000)).ignored, false);
    assert.ok(performance.now() - started < 2_000);
  });

  it('match 30,000 files against 50 patterns quickly', () => {
    const matcher = compileIgnore(Array.from({ length: 50 }, (_, at) => `**/dir${at}*/*.x${at}`));
    const started = performance.now();
    for (let file = 0; file < 30_000; file++) stateAt(matcher, `src/dir${file % 60}/file${file}.txt`);
    assert.ok(performance.now() - started < 2_000);
  });
});
