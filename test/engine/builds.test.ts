// The builds that ran: their list, their steps, and logs of which nothing is clipped.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { cannotRunContainers, type TestRoot, testRoot } from '../support/index.ts';

const lines = 20_000;

describe('caisson builds', { skip: cannotRunContainers }, () => {
  let place: TestRoot;
  const context = mkdtempSync('/var/tmp/caisson-builds-');
  before(async () => {
    place = await testRoot(['busybox']);
    writeFileSync(
      join(context, 'Dockerfile'),
      `FROM busybox AS talk\nRUN seq ${lines}; printf 'no \\377 end'\nFROM talk AS fail\nRUN echo last words; exit 3\n`,
    );
  });
  after(async () => {
    rmSync(context, { recursive: true, force: true });
    await place[Symbol.asyncDispose]();
  });

  const newest = async (): Promise<string> => (await place.ok(['builds', 'ls', '-q'])).split('\n')[0] ?? '';

  it('shows what a build did and all that it said', async () => {
    await place.ok(['build', '-t', 'talk', '--target', 'talk', context]);
    const id = await newest();
    const list = await place.ok(['builds', 'ls']);
    assert.match(list, /^BUILD ID +NAME +STATUS +CREATED AT +DURATION +STEPS\n/);
    assert.match(list, new RegExp(`${id} +talk +completed +\\S.*ago +\\d+\\.\\ds +2 \\(1 cached\\)`));
    const shown = await place.ok(['builds', 'show', id.slice(0, 8)]);
    assert.match(shown, /^Status: +completed$/m);
    assert.match(shown, new RegExp(`^\\[talk 2/2\\] RUN seq .* done +\\d+\\.\\ds +${lines}$`, 'm'));
    const log = await place.ok(['builds', 'logs', id]);
    const numbers = [...log.matchAll(/^#\d+ \d+\.\d+ (\d+)$/gm)].map(([, number]) => Number(number));
    assert.deepEqual(
      numbers,
      Array.from({ length: lines }, (_, index) => index + 1),
    );
    const raw = await place.ok(['builds', 'logs', '--progress', 'rawjson']);
    const kinds = new Set(
      raw
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { kind: string }).kind),
    );
    assert.deepEqual([...kinds].sort(), ['log', 'vertex-ended', 'vertex-planned', 'vertex-started']);
  });

  it('keeps why a build failed', async () => {
    const failed = await place.caisson(['build', '--target', 'fail', context]);
    assert.notEqual(failed.code, 0);
    const id = await newest();
    assert.match(await place.ok(['builds', 'ls']), new RegExp(`${id} .* failed `));
    assert.match(await place.ok(['builds', 'show']), /^Error: .*exit code: 3/m);
    assert.match(await place.ok(['builds', 'logs']), /last words/);
  });

  it('ends quietly when nobody reads its logs to the end', async () => {
    await place.ok(['build', '--no-cache', '--target', 'talk', context]);
    const { stdout } = await execa('sh', ['-c', `bin/caisson builds logs 2>&1 | head -n 1`], {
      env: { CAISSON_ROOT: place.root },
    });
    assert.equal(stdout, '#1 [internal] load build definition');
  });

  it('refuses unknown flags of its parts as Docker does', async () => {
    const { code, stderr } = await place.caisson(['builds', 'ls', '--nosuch']);
    assert.equal(code, 125);
    assert.match(stderr, /^error: unknown option '--nosuch'\nSee 'caisson builds ls --help'\.$/m);
  });

  it('forgets builds', async () => {
    const id = await newest();
    assert.equal(await place.ok(['builds', 'rm', id]), `${id}\n`);
    assert.equal((await place.caisson(['builds', 'logs', id])).code, 1);
    await place.ok(['builds', 'rm', '--all']);
    assert.equal(await place.ok(['builds', 'ls', '-q']), '');
    assert.equal(await place.ok(['system', 'check']), 'ok nothing is wrong\n');
  });
});
