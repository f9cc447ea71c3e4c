// Files that the kernel sends: what went, and more at once than there are calls to be had.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { duplicate, sendFile } from '../../src/core/index.ts';

const content = randomBytes(1_000_000);

/** Two files of a folder of their own: one with content, one to send it to, which the kernel lets one do as to a socket. */
function files(): { readonly from: number; readonly to: number; readonly target: string } & Disposable {
  const folder = mkdtempSync('/var/tmp/caisson-send-file-');
  const target = join(folder, 'target');
  writeFileSync(join(folder, 'source'), content);
  const from = openSync(join(folder, 'source'), 'r');
  const to = openSync(target, 'w');
  return {
    from,
    to,
    target,
    [Symbol.dispose]() {
      closeSync(from);
      closeSync(to);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe('sendFile', () => {
  it('sends a part of a file, no further than its end', async () => {
    using opened = files();
    const { from, to, target } = opened;
    assert.equal(await sendFile(to, from, 1000, 2000), 2000);
    assert.ok(readFileSync(target).equals(content.subarray(1000, 3000)));
    assert.equal(await sendFile(to, from, 999_990, 100), 10);
    assert.equal(await sendFile(to, from, content.length, 100), 0);
  });

  it('sends nothing to what takes nothing', async () => {
    using opened = files();
    const readOnly = duplicate(opened.from);
    try {
      assert.equal(await sendFile(readOnly, opened.from, 0, 100), 0);
    } finally {
      closeSync(readOnly);
    }
  });

  it('sends nothing where too much is sent at once, and again when there is room', async () => {
    using opened = files();
    const { from, to } = opened;
    const sent = await Promise.all(Array.from({ length: 1000 }, () => sendFile(to, from, 0, 10)));
    assert.deepEqual([...new Set(sent)].sort(), [0, 10]);
    assert.equal(await sendFile(to, from, 0, 10), 10);
  });
});
