// `--call outline` and `--call targets` answer as buildx does, as tables and as JSON.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { listTargets, outlineRequest } from '../../../src/build/check/index.ts';
import { outlineJson, targetsJson } from '../../../src/cli/ui/check/call-json.ts';
import { outlineText, targetsText } from '../../../src/cli/ui/check/call-text.ts';
import { sampleImages } from './images.ts';
import { inContext } from './place.ts';
import { cases, folders, recordedAnswers, type Sample } from './samples.ts';

type Answers = readonly [text: string, json: string];

const methods: Readonly<Record<string, (sample: Sample, context: string) => Promise<Answers>>> = {
  async outline({ options: { buildArgs = {}, target } }, context) {
    const outline = await outlineRequest({ context, buildArgs, ...(target && { target }) }, sampleImages);
    return [outlineText(outline), outlineJson(outline)];
  },
  async targets(_, context) {
    const targets = listTargets({ context });
    return [targetsText(targets), targetsJson(targets)];
  },
};

for (const [method, answer] of Object.entries(methods)) {
  suite(method, () => {
    for (const folder of folders(`calls/${method}`)) {
      const recorded = recordedAnswers(folder);
      for (const sample of cases(folder)) {
        test(sample.name, async () => {
          const file = readFileSync(sample.file);
          const [text, json] = await inContext({ text: file }, (context) => answer(sample, context));
          const { sources, ...told } = JSON.parse(json) as Record<string, unknown>;
          assert.deepEqual(sources, [file.toString('base64')]);
          assert.equal(text, recorded[sample.name]?.text);
          assert.deepEqual(told, recorded[sample.name]?.json);
        });
      }
    }
  });
}
