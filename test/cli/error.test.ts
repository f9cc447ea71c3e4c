// Failures as people read them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printError, renderError } from '../../src/cli/ui/error.ts';
import { palette } from '../../src/cli/ui/style.ts';
import { CaissonError } from '../../src/core/index.ts';

const plain = palette({ isTTY: false } as NodeJS.WriteStream);

test('a message, its place, the excerpt and what to do', () => {
  const error = new CaissonError('X', 'Unknown instruction "RNU"', {
    location: { file: 'Dockerfile', line: 3, column: 1 },
    excerpt: '   3 | RNU make\n       ^^^\n',
    hint: 'Did you mean RUN?',
  });
  assert.equal(
    renderError(error, plain),
    'error: Dockerfile:3:1: Unknown instruction "RNU"\n   3 | RNU make\n       ^^^\nhint: Did you mean RUN?\n',
  );
});

test('only our own defects show a stack', () => {
  assert.doesNotMatch(renderError(new CaissonError('X', 'No'), plain), /at /);
  assert.match(renderError(new Error('broken'), plain), /internal error: Error: broken\n\s+at /);
});

const codes: readonly (readonly [string, number])[] = [
  ['COMMAND_NOT_FOUND', 127],
  ['COMMAND_NOT_EXECUTABLE', 126],
  ['INTERRUPTED', 130],
  ['NO_TERMINAL', 1],
  ['ANYTHING', 125],
];
for (const [code, exit] of codes)
  test(`${code} exits with ${exit} where 125 is usual`, () => {
    const written: string[] = [];
    const stream = { isTTY: false, write: (text: string) => written.push(text) };
    assert.equal(
      printError(new CaissonError(code, 'No'), stream as unknown as NodeJS.WriteStream, 125),
      exit,
    );
    assert.deepEqual(written, ['error: No\n']);
  });

test('colours are for terminals that want them', () => {
  const tty = { isTTY: true } as NodeJS.WriteStream;
  const before = { ...process.env };
  try {
    for (const [name, value, coloured] of [
      ['TERM', 'xterm', true],
      ['TERM', 'dumb', false],
      ['NO_COLOR', '1', false],
    ] as const) {
      process.env = { [name]: value };
      assert.equal(palette(tty).red('x') !== 'x', coloured, `${name}=${value}`);
    }
    process.env = { FORCE_COLOR: '1' };
    assert.notEqual(palette({ isTTY: false } as NodeJS.WriteStream).red('x'), 'x');
  } finally {
    process.env = before;
  }
});
