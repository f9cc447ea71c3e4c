// Terminals: size, keys, detaching, and the terminal given back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { cannotUseTerminals, onTerminal, program, type TestRoot, testRoot } from '../support/index.ts';

describe('terminals', { skip: cannotUseTerminals }, () => {
  let root: TestRoot;
  before(async () => {
    root = await testRoot(['busybox']);
  });
  after(() => root[Symbol.asyncDispose]());
  const run = '--network none busybox sh';

  test('has the size of ours, passes keys on, and gives the exit code', async () => {
    const screen = onTerminal(
      root.root,
      `stty rows 33 cols 99; ${program} run --rm -it ${run}; echo code=$?; stty -a`,
    );
    await screen.shows(/# /);
    screen.type('stty size; echo a$((40+2))z\r');
    await screen.shows(/33 99\s/);
    await screen.shows(/a42z/);
    screen.type('sleep 100\r');
    await delay(300);
    screen.type('\u0003');
    await screen.shows(/\^C/);
    screen.type('exit 7\r');
    await screen.ended;
    assert.match(screen.text(), /code=7/);
    assert.match(screen.text(), / icanon/, 'the terminal is out of raw mode');
  });

  test('Ctrl-P Ctrl-Q lets it go on; attach comes back to it', async () => {
    const screen = onTerminal(root.root, `${program} run --name kept -it ${run}; echo code=$?; stty -a`);
    await screen.shows(/# /);
    screen.type('A=remembered\r');
    await screen.shows(/remembered\s/);
    screen.type('\u0010\u0011');
    await screen.ended;
    assert.match(screen.text(), /code=0/);
    assert.match(screen.text(), / icanon/);
    assert.equal(await root.ok(['ps', '--format', '{{.Names}}']), 'kept\n');
    const again = onTerminal(root.root, `${program} attach kept; echo code=$?`);
    await delay(500);
    again.type('echo $A; exit 3\r');
    await again.ended;
    assert.match(again.text(), /remembered\s/);
    assert.match(again.text(), /code=3/);
    await root.ok(['rm', 'kept']);
  });

  test('exec has a terminal of its own', async () => {
    await root.ok(['run', '-d', '--name', 'box', '--network', 'none', 'busybox', 'sleep', '300']);
    const screen = onTerminal(root.root, `stty rows 20 cols 70; ${program} exec -it box sh; echo code=$?`);
    await screen.shows(/# /);
    screen.type('stty size; exit 4\r');
    await screen.ended;
    assert.match(screen.text(), /20 70\s/);
    assert.match(screen.text(), /code=4/);
    await root.ok(['rm', '-f', 'box']);
  });
});
