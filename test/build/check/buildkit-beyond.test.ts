// What BuildKit's rules do in later versions than the one the samples were recorded with.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { checkRequest } from '../../../src/build/check/index.ts';
import { sampleImages } from './images.ts';
import { checkText } from './place.ts';

test('names that say they hold no secret are no secrets', async () => {
  const { warnings } = await checkText(
    'FROM scratch\nENV KEY_FILE=/x KEY_VERSION=1 TOKEN_PUBLIC=1\nARG PASSWORD_FILE\n',
  );
  assert.deepEqual(warnings, []);
});

suite('CopyIgnoredFile with exceptions in the ignore file', () => {
  const cases: readonly (readonly [ignore: string, source: string, found: boolean])[] = [
    ['*\n!a', 'a', false],
    ['*\n!a', 'b', true],
    ['dir\n!dir/keep', 'dir', false],
    ['dir\n!dir/keep', 'dir/other', true],
    ['dir\n!dir/keep', 'dir/keep/below', false],
    ['dir\n!*/keep', 'dir', false],
    ['x\n!y', 'x', true],
    ['*\n!*.md', 'a', false],
    ['*', '.', true],
    ['*\n!a', '.', false],
    ['a', '.', false],
    ['ä', 'ä', true],
    ['b', './b', true],
  ];
  for (const [ignore, source, found] of cases)
    test(`${JSON.stringify(ignore)} and COPY ${source}`, async () => {
      assert.equal((await checkIgnored(ignore, `FROM scratch\nCOPY ${source} /x/\n`)) > 0, found);
    });
});

async function checkIgnored(ignore: string, text: string): Promise<number> {
  const context = mkdtempSync('/var/tmp/caisson-check-');
  try {
    mkdirSync(join(context, 'dir'));
    writeFileSync(join(context, 'Dockerfile'), text);
    writeFileSync(join(context, '.dockerignore'), ignore);
    const report = await checkRequest({ context, buildArgs: {}, rules: 'buildkit' }, sampleImages);
    return report.warnings.filter(({ rule }) => rule.name === 'CopyIgnoredFile').length;
  } finally {
    rmSync(context, { recursive: true });
  }
}
