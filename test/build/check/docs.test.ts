// The page about checks shows what the rules really say.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkRequest, rules } from '../../../src/build/check/index.ts';
import { sampleImages } from './images.ts';

interface Row {
  readonly rule: string;
  readonly text: string;
  readonly message: string;
}

const page = readFileSync(join(import.meta.dirname, '../../../docs/checks.md'), 'utf8');

test('every rule has a row', () => {
  assert.deepEqual(
    rows().map(({ rule }) => rule),
    rules.map(({ name }) => name),
  );
});

for (const { rule, text, message } of rows()) {
  test(`${rule} says what its row says`, async () => {
    const context = mkdtempSync('/var/tmp/caisson-check-');
    try {
      writeFileSync(join(context, 'Dockerfile'), text);
      writeFileSync(join(context, '.dockerignore'), 'secret.txt\n');
      const { warnings } = await checkRequest({ context, buildArgs: {}, rules: 'all' }, sampleImages);
      const found = warnings
        .filter((warning) => warning.rule.name === rule)
        .map((warning) => warning.message);
      assert.deepEqual(found, [message]);
    } finally {
      rmSync(context, { recursive: true });
    }
  });
}

function rows(): readonly Row[] {
  return page.split('\n').flatMap((line) => {
    const cells = line
      .replaceAll('\\|', '\u0000')
      .split('|')
      .map((cell) => cell.trim().replaceAll('\u0000', '|'));
    const rule = /^\[?(\w+)\]?/.exec(cells[1] ?? '')?.[1] ?? '';
    if (!rules.some(({ name }) => name === rule)) return [];
    const [example = '', message = ''] = cells.slice(-3, -1);
    const lines = example.split('<br>').map((part) => part.replace(/^`|`$/g, ''));
    return [{ rule, text: `${lines.join('\n')}\n`, message }];
  });
}
