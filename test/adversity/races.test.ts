// Several programs at work on one root at once.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { cannotRunContainers, type Outcome } from '../support/index.ts';
import { assertClean, inPlace, type Place } from './place.ts';

describe('at once', { skip: cannotRunContainers, timeout: 300_000 }, () => {
  it('two builds of one Dockerfile both succeed and agree', () =>
    inPlace(async (place) => {
      place.write({ Dockerfile: 'FROM busybox\nRUN seq 1000 >/a\nCOPY Dockerfile /\nRUN wc -l </a >/b\n' });
      const build = () => place.caisson(['build', '-q', '-t', 'twin', place.context]);
      for (let round = 0; round < 3; round++) {
        for (const outcome of await Promise.all([build(), build()])) assertDone(outcome);
        assert.equal((await runTwin(place)).trim(), '1000');
        await place.ok(['rmi', '-f', 'twin']);
        await place.ok(['prune', '-f']);
      }
      await assertClean(place);
    }));

  it('a build beside prunes of everything loses no layer', () =>
    inPlace(async (place) => {
      await place.ok(['create', '--name', 'keeper', 'busybox', 'true']);
      for (let round = 0; round < 8; round++) {
        place.write({ Dockerfile: `FROM busybox\nRUN echo ${round}\nRUN seq 1000 >/a\nRUN wc -l </a >/b\n` });
        const building = place.caisson(['build', '-q', '-t', 'twin', place.context]);
        const pruning = [0, 1, 2].map(() => place.caisson(['prune', '-f']));
        for (const outcome of await Promise.all([building, ...pruning])) assertDone(outcome);
        assert.equal((await runTwin(place)).trim(), '1000');
      }
      await assertClean(place);
    }));

  it('of several runs with one name one wins, and the others say who did', () =>
    inPlace(async (place) => {
      const run = () =>
        place.caisson(['run', '-d', '--network', 'none', '--name', 'same', 'busybox', 'sleep', '30']);
      const outcomes = await Promise.all([run(), run(), run()]);
      assert.equal(outcomes.filter(({ code }) => code === 0).length, 1, JSON.stringify(outcomes));
      for (const { code, stderr } of outcomes.filter((outcome) => outcome.code !== 0)) {
        assert.equal(code, 125, stderr);
        assert.match(stderr, /"same"/);
        assert.doesNotMatch(stderr, /internal error/);
      }
      await place.ok(['rm', '-f', 'same']);
      await assertClean(place);
    }));

  it('load and rmi of one image leave it whole or gone', () =>
    inPlace(async (place) => {
      const path = join(place.folder, 'image.tar');
      await place.build('FROM busybox\nRUN seq 10 >/a\n', '-t', 'other');
      await place.ok(['save', '-o', path, 'other']);
      for (let round = 0; round < 6; round++) {
        const [loaded] = await Promise.all([
          place.caisson(['load', '-i', path]),
          place.caisson(['rmi', '-f', 'other']),
          place.caisson(['prune', '-f']),
        ]);
        assertDone(loaded);
        await assertClean(place);
        if (!(await place.ok(['images'])).includes('other')) continue;
        assert.match(
          await place.ok(['run', '--rm', '--network', 'none', 'other', 'tail', '-1', '/a']),
          /^10$/m,
        );
      }
    }));
});

function assertDone({ code, stderr }: Outcome): void {
  assert.equal(code, 0, stderr);
}

function runTwin(place: Place): Promise<string> {
  return place.ok(['run', '--rm', '--network', 'none', 'twin', 'cat', '/b']);
}
