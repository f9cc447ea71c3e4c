// Ctrl-C and SIGTERM in every phase of a build: it ends soon, says so, and leaves nothing.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cannotRunContainers, cannotUseTerminals, onTerminal } from '../support/index.ts';
import { program } from './killing.ts';
import { leaksOf } from './leaks.ts';
import { assertClean, assertHarmless, inPlace, openPlace, type Place } from './place.ts';

const phases: Readonly<Record<string, { readonly dockerfile: string; readonly sign: RegExp }>> = {
  'at its beginning': { dockerfile: 'FROM busybox\nRUN sleep 60\n', sign: /load build definition/ },
  'in a step': { dockerfile: 'FROM busybox\nRUN echo begun; sleep 60\n', sign: /begun/ },
  'in a step that ignores signals': {
    dockerfile: "FROM busybox\nRUN trap '' INT TERM; echo begun; sleep 60\n",
    sign: /begun/,
  },
  'in steps beside each other': {
    dockerfile:
      'FROM busybox AS a\nRUN echo begun; sleep 60\nFROM busybox AS b\nRUN sleep 60\nFROM busybox\nCOPY --from=a /x /\nCOPY --from=b /x /\n',
    sign: /begun/,
  },
  'while it copies': { dockerfile: 'FROM busybox\nRUN true\nCOPY tree /tree\nRUN sleep 60\n', sign: /COPY/ },
};

describe('a build that is interrupted', { skip: cannotRunContainers }, () => {
  let place: Place;
  before(async () => {
    place = await openPlace();
    for (let at = 0; at < 3000; at++) {
      if (at % 100 === 0) mkdirSync(join(place.context, 'tree', String(at / 100)), { recursive: true });
      writeFileSync(join(place.context, 'tree', String(Math.floor(at / 100)), `f${at}`), `${at}`);
    }
  });
  after(() => place[Symbol.asyncDispose]());

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    for (const [when, { dockerfile, sign }] of Object.entries(phases))
      it(`${when} by ${signal} ends, and leaves nothing`, { timeout: 30_000 }, async () => {
        const { code, stderr, span } = await interrupted(place, dockerfile, sign, signal);
        assert.equal(code, 130, stderr);
        assert.ok(span < 5000, `it took ${span} ms to end`);
        assert.doesNotMatch(stderr, /internal error/);
        assertHarmless(stderr);
        assert.doesNotMatch(await place.ok(['images']), /interrupted/);
        assert.deepEqual(await leaksOf(place.root), []);
        await assertClean(place);
      });
});

describe('a build that is interrupted on a terminal', { skip: cannotUseTerminals }, () => {
  it('ends as without one', { timeout: 60_000 }, () =>
    inPlace(async (place) => {
      place.write({ Dockerfile: "FROM busybox\nRUN trap '' INT; echo begun; sleep 60\n" });
      const terminal = onTerminal(place.root, `${program} build --progress tui ${place.context}`);
      await terminal.shows(/begun/);
      terminal.type('\x03');
      assert.equal(await terminal.ended, 130);
      assert.match(terminal.text(), /error:.* Interrupted/);
      assert.deepEqual(await leaksOf(place.root), []);
      await assertClean(place);
    }),
  );
});

/** Builds until `sign` is printed, then sends the signal. */
async function interrupted(place: Place, dockerfile: string, sign: RegExp, signal: NodeJS.Signals) {
  place.write({ Dockerfile: dockerfile });
  const child = spawn(
    program,
    ['build', '--no-cache', '--progress', 'plain', '-t', 'interrupted', place.context],
    {
      env: { ...process.env, CAISSON_ROOT: place.root },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const closed = once(child, 'close');
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  while (!sign.test(stderr) && child.exitCode === null) await sleep(2);
  const begin = Date.now();
  child.kill(signal);
  const [code, killedBy] = await closed;
  assert.equal(killedBy, null, stderr);
  return { code: code as number, stderr, span: Date.now() - begin };
}
