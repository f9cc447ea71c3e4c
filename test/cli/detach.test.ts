// Ctrl-P Ctrl-Q lets go; everything else goes through.

import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { detachFilter } from '../../src/cli/detach.ts';

async function typed(...chunks: readonly string[]): Promise<{ passed: string; detached: boolean }> {
  let detached = false;
  const filter = detachFilter(() => {
    detached = true;
  });
  const passed = text(filter);
  for (const chunk of chunks) filter.write(Buffer.from(chunk, 'latin1'));
  filter.end();
  return { passed: await passed, detached };
}

const cases: readonly (readonly [readonly string[], string, boolean])[] = [
  [['ab'], 'ab', false],
  [['ls\u0010\u0011'], 'ls', true],
  [['ls\u0010', '\u0011'], 'ls', true],
  [['\u0010x'], '\u0010x', false],
  [['\u0010\u0010\u0011'], '\u0010', true],
  [['\u0011'], '\u0011', false],
  [['a\u0010'], 'a\u0010', false],
];
for (const [chunks, passed, detached] of cases)
  test(JSON.stringify(chunks), async () => assert.deepEqual(await typed(...chunks), { passed, detached }));
