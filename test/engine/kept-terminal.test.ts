// A shell in the state of the step that failed, on a terminal.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { cannotUseTerminals, onTerminal, program, type TestRoot, testRoot } from '../support/index.ts';

describe('build --on-error=shell', { skip: cannotUseTerminals }, () => {
  let place: TestRoot;
  const context = mkdtempSync('/var/tmp/caisson-kept-');
  before(async () => {
    place = await testRoot(['busybox']);
    writeFileSync(join(context, 'token'), 'hush');
    writeFileSync(
      join(context, 'Dockerfile'),
      `FROM busybox
WORKDIR /w
RUN --mount=type=secret,id=token echo half > file; exit 3
`,
    );
  });
  after(async () => {
    rmSync(context, { recursive: true, force: true });
    await place[Symbol.asyncDispose]();
  });
  const flags = `--on-error=shell --secret id=token,src=${join(context, 'token')}`;
  const kept = () => place.ok(['build', 'debug', 'ls', '-q']);

  for (const progress of ['tui', 'plain'])
    it(`has all that the step had, and ends with its failure (${progress})`, async () => {
      const line = `${program} build --progress ${progress} ${flags} ${context}; echo code=$?; stty -a`;
      const screen = onTerminal(place.root, `stty rows 33 cols 99; ${line}`);
      await screen.shows(/This shell is in its state/);
      await screen.shows(/\/w # /);
      screen.type('cat file /run/secrets/token; stty size; touch /w/made\r');
      await screen.shows(/half\r\nhush/);
      await screen.shows(/33 99\s/);
      screen.type('sleep 100\r');
      await delay(500);
      screen.type('\u0003');
      await screen.shows(/\^C/);
      screen.type('exit 0\r');
      await screen.ended;
      const [, end = ''] = screen.text().split('exit 0');
      assert.match(end, /did not complete successfully: exit code: 3/);
      assert.doesNotMatch(end, /hint:/);
      assert.match(end, /code=1/, "the exit code is the build's, not the shell's");
      assert.match(end, / icanon/, 'the terminal is out of raw mode');
      assert.equal(await kept(), '', 'what the shell was in is not kept');
    });

  it('is no shell where there is no terminal: the state is kept', async () => {
    const { code, stderr } = await place.caisson(['build', '--on-error=shell', context]);
    assert.equal(code, 1);
    const id = (await kept()).trim();
    assert.match(stderr, new RegExp(`enter it with: caisson build debug ${id}\n`));
    const screen = onTerminal(place.root, `${program} build debug ${id}; echo code=$?`);
    await screen.shows(/\/w # /);
    screen.type('tty; cat file; exit 5\r');
    await screen.ended;
    assert.match(screen.text(), /\/dev\/(pts\/\d+|console)\r\nhalf/);
    assert.match(screen.text(), /code=5/);
    await place.ok(['build', 'debug', 'rm', id]);
  });

  it('ends with a signal from elsewhere, and leaves nothing', async () => {
    const screen = onTerminal(place.root, `echo pid=$$; exec ${program} build ${flags} ${context}`);
    await screen.shows(/\/w # /);
    process.kill(Number(/pid=(\d+)/.exec(screen.text())?.[1]), 'SIGTERM');
    assert.equal(await screen.ended, 1);
    assert.match(screen.text(), /exit code: 3/);
    assert.equal((await place.caisson(['system', 'check'])).code, 0);
    assert.equal(await kept(), '');
  });
});
