// Plans remembered from build to build. A plan is marked on disk, so that it shows whether a build used it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { deserialize, serialize } from 'node:v8';
import { openPlans } from '../../src/store/plans/index.ts';
import { openPlace, type Place } from '../adversity/place.ts';

describe('the plan of a build', () => {
  let place: Place;
  const dockerfile = 'FROM busybox AS base\nARG what=a\nLABEL what=$what\nFROM base\nCOPY file /\n';
  beforeEach(async () => {
    place = await openPlace();
    place.write({ file: 'content' });
  });
  afterEach(() => place[Symbol.asyncDispose]());

  const plans = (): readonly string[] =>
    readdirSync(join(place.root, 'plans')).map((name) => join(place.root, 'plans', name));

  /** Marks the names of the steps in all plans. */
  function mark(): void {
    for (const file of plans()) {
      const key = basename(file);
      const kept = openPlans(dirname(file), 'marking');
      const plan = deserialize(kept.get(key) ?? assert.fail(`No plan ${key}`));
      const graphs = plan.graphs.map((graph: { vertices: Map<string, { name: string }> }) => ({
        ...graph,
        vertices: new Map(
          [...graph.vertices].map(([id, one]) => [id, { ...one, name: `marked ${one.name}` }]),
        ),
      }));
      kept.put(key, serialize({ ...plan, graphs }));
    }
  }

  async function built(text = dockerfile, ...flags: readonly string[]): Promise<string> {
    const { code, stderr } = await place.build(text, ...flags);
    assert.equal(code, 0, stderr);
    return stderr;
  }

  it('is used by the next build that asks the same', async () => {
    await built();
    assert.equal(plans().length, 1);
    mark();
    assert.match(await built(), /marked \[stage-1 1\/1\] COPY file/);
  });

  it('is used, too, when a file of the context changed, and the step runs again', async () => {
    await built();
    mark();
    place.write({ file: 'other' });
    assert.match(await built(), /marked \[stage-1 1\/1\] COPY file \/\n(?!.*CACHED)/);
  });

  const changes: readonly { readonly what: string; readonly build: () => Promise<string> }[] = [
    { what: 'the Dockerfile', build: () => built(`# a comment\n${dockerfile}`) },
    { what: 'a build argument', build: () => built(dockerfile, '--build-arg', 'what=b') },
    { what: 'the target', build: () => built(dockerfile, '--target', 'base') },
    {
      what: 'the ignore file',
      build: () => {
        place.write({ '.dockerignore': 'other\n' });
        return built();
      },
    },
    {
      what: 'the base image',
      build: async () => {
        await place.ok(['build', '-q', '-t', 'busybox', '-f', '-', place.context], {
          input: 'FROM busybox\nLABEL new=yes\n',
        });
        return built();
      },
    },
  ];
  for (const { what, build } of changes)
    it(`is made anew when ${what} changed`, async () => {
      await built();
      mark();
      assert.doesNotMatch(await build(), /marked/);
    });

  it('is made anew when its file is damaged', async () => {
    await built();
    const [file = ''] = plans();
    for (const content of ['', 'nonsense', readFileSync(file).subarray(0, 300)]) {
      writeFileSync(file, content);
      assert.match(await built(), /\[stage-1 1\/1\] COPY file/);
    }
  });

  it('comes with the warnings of the checks', async () => {
    const warned = /FromAsCasing: 'as' and 'FROM' keywords' casing do not match \(line 1\)/;
    assert.match(await built('FROM busybox as base\n'), warned);
    mark();
    assert.match(await built('FROM busybox as base\n'), warned);
  });

  it('is not kept when planning fails', async () => {
    const { code } = await place.build('FROM busybox\nCOPY --from=nowhere a b\n');
    assert.notEqual(code, 0);
    assert.equal(readdirSync(place.root).includes('plans'), false);
  });

  it('goes with the build cache', async () => {
    await built();
    await place.ok(['builder', 'prune', '-f']);
    assert.equal(readdirSync(place.root).includes('plans'), false);
  });
});
