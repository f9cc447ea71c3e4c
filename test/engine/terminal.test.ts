// Terminals: size, keys, detaching, and the terminal given back.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cannotRunContainers, type TestRoot, testRoot } from '../support/index.ts';

const caisson = fileURLToPath(new URL('../../bin/caisson', import.meta.url));
const noTerminals = existsSync('/usr/bin/script') ? cannotRunContainers : 'script(1) makes the terminals';

/** A shell line run on a terminal of its own; `type` sends keys, `shows` waits for text. */
function onTerminal(root: string, line: string) {
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    env: { ...process.env, CAISSON_ROOT: root, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    text += data;
  });
  const shows = async (pattern: RegExp) => {
    for (const deadline = Date.now() + 15_000; !pattern.test(text); await delay(20))
      assert.ok(Date.now() < deadline, `${pattern} did not come; there was: ${text}`);
  };
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { type: (keys: string) => child.stdin.write(keys), shows, ended, text: () => text };
}

describe('terminals', { skip: noTerminals }, () => {
  let root: TestRoot;
  before(async () => {
    root = await testRoot(['busybox']);
  });
  after(() => root[Symbol.asyncDispose]());
  const run = '--network none busybox sh';

  test('has the size of ours, passes keys on, and gives the exit code', async () => {
    const screen = onTerminal(
      root.root,
      `stty rows 33 cols 99; ${caisson} run --rm -it ${run}; echo code=$?; stty -a`,
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
    const screen = onTerminal(root.root, `${caisson} run --name kept -it ${run}; echo code=$?; stty -a`);
    await screen.shows(/# /);
    screen.type('A=remembered\r');
    await screen.shows(/remembered\s/);
    screen.type('\u0010\u0011');
    await screen.ended;
    assert.match(screen.text(), /code=0/);
    assert.match(screen.text(), / icanon/);
    assert.equal(await root.ok(['ps', '--format', '{{.Names}}']), 'kept\n');
    const again = onTerminal(root.root, `${caisson} attach kept; echo code=$?`);
    await delay(500);
    again.type('echo $A; exit 3\r');
    await again.ended;
    assert.match(again.text(), /remembered\s/);
    assert.match(again.text(), /code=3/);
    await root.ok(['rm', 'kept']);
  });

  test('exec has a terminal of its own', async () => {
    await root.ok(['run', '-d', '--name', 'box', '--network', 'none', 'busybox', 'sleep', '300']);
    const screen = onTerminal(root.root, `stty rows 20 cols 70; ${caisson} exec -it box sh; echo code=$?`);
    await screen.shows(/# /);
    screen.type('stty size; exit 4\r');
    await screen.ended;
    assert.match(screen.text(), /20 70\s/);
    assert.match(screen.text(), /code=4/);
    await root.ok(['rm', '-f', 'box']);
  });
});
