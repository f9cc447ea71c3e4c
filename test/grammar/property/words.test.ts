// Word expansion by an oracle: where shells and BuildKit agree, a real shell is asked.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { expandWord } from '../../../grammar/index.ts';
import { fc } from '../../support/property.ts';

const environment = { a: 'a', long: 'abc/abc.tar.gz', dots: '..a.b..', empty: '' };

const name = fc.constantFrom(...Object.keys(environment), 'unset');
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '.', '-', ':', '_'),
  minLength: 1,
  maxLength: 4,
});
const variable = fc.oneof(
  name.map((each) => `\${${each}}`),
  name.map((each) => `$${each}.`),
);

const fallback = (operand: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(name, fc.constantFrom('-', ':-', '+', ':+'), fc.array(operand, { maxLength: 3 }))
    .map(([each, operator, operands]) => `\${${each}${operator}${operands.join('')}}`);

// A pattern that matches nothing at all is where Go's replacing and the shell's part.
const pattern = fc
  .string({ unit: fc.constantFrom('a', 'b', 'c', '.', '*', '?'), minLength: 1, maxLength: 4 })
  .filter((each) => /[^*]/.test(each));
const trim = fc
  .tuple(name, fc.constantFrom('#', '##', '%', '%%'), pattern)
  .map(([each, operator, operand]) => `\${${each}${operator}${operand}}`);
const replacement = fc
  .tuple(name, fc.constantFrom('/', '//'), pattern, fc.oneof(text, fc.constant('')))
  .map(([each, operator, operand, by]) => `\${${each}${operator}${operand}/${by}}`);

const inner = fc.oneof(text, variable, trim, fallback(fc.oneof(text, variable)));
const plain = fc.oneof(inner, fallback(inner));
const quoted = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ' ', '"', '$', '\\'), maxLength: 4 }).map((each) => `'${each}'`),
  fc
    .array(fc.oneof(text, variable, fc.constantFrom(' ', "'", '\\"', '\\$')), { maxLength: 4 })
    .map((each) => `"${each.join('')}"`),
  fc.constantFrom('\\a', '\\"', "\\'", '\\$', '\\\\', '\\ '),
);
const word = (part: fc.Arbitrary<string>) =>
  fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));

/** What the shell makes of each word, as the value of an assignment: expanded, and not split. */
function shellValues(shell: readonly string[], words: readonly string[]): readonly string[] {
  const [program = '', ...args] = shell;
  const script = words.map((each) => `v=${each}\nprintf '%s\\0' "$v"\n`).join('');
  const { stdout, stderr } = spawnSync(program, args, { input: script, env: environment, encoding: 'utf8' });
  assert.equal(stderr, '');
  return stdout.split('\0').slice(0, -1);
}

const has = (shell: readonly string[]) =>
  spawnSync(shell[0] ?? '', [...shell.slice(1), '-c', ':']).status === 0;

const portable = word(fc.oneof(plain, quoted));
const shells = [
  { shell: ['/usr/bin/busybox', 'sh'], words: portable },
  { shell: ['/bin/dash'], words: portable },
  { shell: ['/bin/bash'], words: word(fc.oneof(plain, quoted, replacement)) },
];

for (const { shell, words } of shells) {
  test(`words are what ${shell.join(' ')} makes of them`, { skip: !has(shell) && 'not installed' }, () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 50, maxLength: 200 }), (list) => {
        const values = shellValues(shell, list);
        for (const [index, each] of list.entries())
          assert.equal(expandWord(each, environment).text, values[index], each);
      }),
      { numRuns: 20 },
    );
  });
}

// Where BuildKit goes its own way, by its sources and outcomes.
const differences: readonly (readonly [word: string, text: string])[] = [
  ['$\u007blong//*/x}', 'x'],
  ['$\u007bempty//*/x}', 'x'],
  ['$\u007blong//?/x}', 'x'.repeat(14)],
  ['$\u007blong#[a]}', 'abc/abc.tar.gz'],
  ['$\u007blong//a/$\u007ba}}', 'abc/abc.tar.gz'],
  ['~', '~'],
  ['*', '*'],
  ['`a`', '`a`'],
  ['$(a)', '$(a)'],
];

for (const [each, expanded] of differences)
  test(`BuildKit's own: ${each}`, () => assert.equal(expandWord(each, environment).text, expanded));
