// Config, history and step names of every sample are what BuildKit made of it.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { planBuild } from '../../../src/build/plan/index.ts';
import type { BuildGraph, ImageTemplate } from '../../../src/build/types.ts';
import type { HistoryEntry } from '../../../src/oci/index.ts';
import { recorded, sampleOptions, samplesWith } from './samples.ts';

suite('image config and history', () => {
  for (const sample of samplesWith('config.json')) {
    test(sample, async () => {
      const graph = await planBuild(sampleOptions(sample));
      const expected: unknown = JSON.parse(recorded(sample, 'config.json'));
      assert.equal(JSON.stringify(imageConfig(graph.image), null, 2), JSON.stringify(expected, null, 2));
    });
  }
});

suite('step names', () => {
  for (const sample of samplesWith('config.json')) {
    test(sample, async () => {
      const names = stepNames(await planBuild(sampleOptions(sample)));
      const expected = JSON.parse(recorded(sample, 'steps.json')) as readonly string[];
      const own = expected.filter((name) => !name.startsWith('copy /context'));
      assert.deepEqual(names.map(count).toSorted(), own.map(count).toSorted());
    });

    function count(name: string): string {
      return miscounted.has(sample) ? name.replace(/\d+\/\d+\]/, ']') : name;
    }
  }
});

/** BuildKit names FROM before it knows the base's triggers, and names some steps twice; here every name has the final count. */
const miscounted = new Set(['onbuild-copy-from', 'onbuild-triggers', 'onbuild-triggers-arg']);

test('triggers of a base image count as steps, its FROM included', async () => {
  assert.deepEqual(stepNames(await planBuild(sampleOptions('onbuild-triggers'))), [
    '[1/7] FROM docker.io/library/sample-onbuild:latest',
    '[2/7] ONBUILD COPY a ./',
    '[3/7] ONBUILD RUN echo hello && true',
    '[4/7] RUN echo after hello yes',
  ]);
});

/** The config as it would be written, without what only solving tells; keys in the order of the recordings. */
function imageConfig({ platform, author, config, base, history }: ImageTemplate): unknown {
  const before = (base?.history ?? []).map(({ created: _, ...entry }) => entry);
  const after = history.map(({ vertex: _, ...entry }): HistoryEntry => entry);
  const layers = [...(base?.rootfs.diff_ids ?? []), ...history.filter((entry) => entry.vertex !== undefined)];
  return {
    architecture: platform.architecture,
    ...(author === undefined ? {} : { author }),
    config,
    history: [...before, ...after],
    os: platform.os,
    rootfs: { type: 'layers', diff_ids: layers.map((_, index) => `layer ${index}`) },
  };
}

/** BuildKit names no step for instructions that make no layer, and shows images of its own store without a digest. */
function stepNames({ vertices }: BuildGraph): readonly string[] {
  return [...vertices.values()]
    .filter(({ kind }) => !['config', 'context', 'merge'].includes(kind))
    .map(({ name }) => name.replace(/@sha256:\w{64}$/, ''));
}
