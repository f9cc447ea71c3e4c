// Docker's longer names.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aliases, withoutAliases } from '../../src/cli/aliases.ts';
import { commands } from '../../src/cli/commands.ts';
import { groupHelp, helpText } from '../../src/cli/help.ts';

const cases: readonly (readonly [string, string])[] = [
  ['image ls -q', 'images -q'],
  ['container rm -f x', 'rm -f x'],
  ['image inspect x', 'inspect --type image x'],
  ['system df', 'du'],
  ['builder prune -f', 'prune --only cache -f'],
  ['volume ls', 'volume ls'],
  ['build debug 1234 sh', 'builds debug 1234 sh'],
  ['build ./debug', 'build ./debug'],
  ['build -t x debug', 'build -t x debug'],
  ['help run', 'run --help'],
  ['image bogus', 'image bogus'],
  ['image toString', 'image toString'],
  ['constructor name', 'constructor name'],
  ['run image ls', 'run image ls'],
];
for (const [words, expected] of cases)
  test(`${words} is ${expected}`, () =>
    assert.equal(withoutAliases(words.split(' '), 0).join(' '), expected));

test('a name behind the program’s own options is found', () => {
  assert.deepEqual(withoutAliases(['--root', '/x', 'image', 'ls'], 2), ['--root', '/x', 'images']);
});

test('every alias leads to a command, and its group shows it', () => {
  for (const [group, members] of Object.entries(aliases))
    for (const [name, [first = '']] of Object.entries(members)) {
      assert.ok(Object.hasOwn(commands, first), `${group} ${name}`);
      assert.match(groupHelp(group), new RegExp(`${group} ${name} `));
    }
});

test('the help lists every command', () => {
  for (const name of Object.keys(commands)) assert.match(helpText(), new RegExp(`\\n {2}${name} `));
});
