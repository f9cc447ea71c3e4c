// `# syntax=`: which front ends are the built-in language, and how others are refused.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { planBuild } from '../../../src/build/plan/index.ts';
import { isCaissonError } from '../../../src/core/index.ts';
import { optionsFor } from './samples.ts';

const builtIn = [
  'docker/dockerfile',
  'docker/dockerfile:1',
  'docker/dockerfile:1.26-labs',
  'docker.io/docker/dockerfile:1',
  'docker/dockerfile-upstream:master',
  `docker/dockerfile:1@sha256:${'a'.repeat(64)}`,
];

const foreign = [
  'ghcr.io/other/frontend:1',
  'docker/other',
  'registry.local/docker/dockerfile:1',
  'Not A Name',
];

suite('syntax', () => {
  for (const value of builtIn)
    test(`${value} is built in`, async () => {
      await planBuild(optionsFor(`# syntax=${value}\nFROM sample-plain\n`));
      await planBuild(optionsFor('FROM sample-plain\n', { buildArgs: { BUILDKIT_SYNTAX: value } }));
    });

  for (const value of foreign)
    test(`${value} is refused, at its place`, async () => {
      await assert.rejects(planBuild(optionsFor(`# syntax=${value}\nFROM sample-plain\n`)), (error) => {
        assert.ok(isCaissonError(error, 'SYNTAX_NOT_SUPPORTED'), String(error));
        assert.deepEqual([error.location?.line, error.location?.column], [1, 10]);
        assert.match(error.message, /only docker\/dockerfile is understood/);
        assert.ok(error.hint);
        return true;
      });
      const byArgument = optionsFor('FROM sample-plain\n', { buildArgs: { BUILDKIT_SYNTAX: value } });
      await assert.rejects(planBuild(byArgument), { code: 'SYNTAX_NOT_SUPPORTED' });
    });

  test('the argument counts before the directive', async () => {
    const buildArgs = { BUILDKIT_SYNTAX: 'docker/dockerfile:1' };
    await planBuild(optionsFor('# syntax=ghcr.io/other/frontend\nFROM sample-plain\n', { buildArgs }));
  });
});
