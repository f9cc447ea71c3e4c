// BuildKit's rules find in every sample what BuildKit finds, in its words, order and form.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { suite, test } from 'node:test';
import { checkRequest } from '../../../src/build/check/index.ts';
import { reportJson } from '../../../src/cli/ui/check/call-json.ts';
import { reportText } from '../../../src/cli/ui/check/report-text.ts';
import { sampleImages } from './images.ts';
import { ignoreBeside, inContext } from './place.ts';
import { cases, folders, type RecordedAnswer, recordedAnswers, type Sample } from './samples.ts';

for (const folder of folders('samples')) {
  suite(basename(folder), () => {
    const recorded = recordedAnswers(folder);
    for (const sample of cases(folder)) {
      test(sample.name, async () => {
        const expected = recorded[sample.name];
        assert.ok(expected, 'not recorded');
        assert.deepEqual(await answer(sample), expected);
      });
    }
  });
}

async function answer({ file, options }: Sample): Promise<RecordedAnswer> {
  const { buildArgs = {}, target } = options;
  const report = await inContext({ text: readFileSync(file), ignore: ignoreBeside(file) }, async (context) =>
    checkRequest({ context, buildArgs, rules: 'buildkit', ...(target && { target }) }, sampleImages),
  );
  const source = { ...report.source, path: 'Dockerfile' };
  const { sources: _, ...json } = JSON.parse(reportJson(report)) as Record<string, unknown>;
  const status = report.warnings.length > 0 || report.failure !== undefined ? 1 : 0;
  return { json, text: reportText({ ...report, source }), status };
}
