// Simple commands are told apart as a shell tells them.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { shellCommands } from '../../../src/build/check/shell/commands.ts';

const cases: readonly (readonly [script: string, ...commands: readonly string[]])[] = [
  ['a b && c|d', 'a b', '&& c', '| d'],
  ['A=1 B=2 a x; (cd /x && ls) >f 2>&1', 'a x', '; cd /x', '&& ls'],
  ['if [ -f x ]; then a; else b; fi', '[ -f x ]', '; a', '; b'],
  ['for i in 1 2; do a "$i"; done', 'i in 1 2', '; a $i'],
  ['a $(b | c) `d && e` "f \\" && g"', 'a $(b | c) d && e f \\" && g'],
  ["a 'b && c' d\\ e", 'a b && c d e'],
  ['a # && b\nc', 'a', '\n c'],
  ['a \\\n  b', 'a b'],
  ['cat <<E >x\na && b\nE\nc', 'cat', '\n c'],
  ['cat <<-"E"\n\ta\n\tE\nc', 'cat', '\n c'],
  ['a >b <c 2>>d e', 'a e'],
  ['a#b', 'a#b'],
  ["a 'b", 'a b'],
  ['a $(', 'a $('],
  ['', ...[]],
];

suite('shellCommands', () => {
  for (const [script, ...commands] of cases)
    test(JSON.stringify(script), () => {
      const found = shellCommands(script).map(({ after, name, args }) =>
        [after, name, ...args].join(' ').trimStart(),
      );
      assert.deepEqual(
        found,
        commands.map((command) => command.replace(/^\n /, '')),
      );
    });

  test('takes time in proportion to the length', () => {
    for (const piece of ['a ', '\n', '"', "'", '$(', '${', '`', '<<A\n', '\\', 'a=1 ', '<', '#']) {
      const started = performance.now();
      shellCommands(piece.repeat(200_000));
      assert.ok(performance.now() - started < 3000, JSON.stringify(piece));
    }
  });
});
