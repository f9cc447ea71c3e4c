// The memory of copies: hardly more for many files than for few.

import assert from 'node:assert/strict';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';

const many = 60_000;
const few = 20_000;
/** Room for pages that are held, the digest index and what the heap happens to be; builds that held all rows took 1,030 and more. */
const mostBytesPerFile = 600;

/** In memory where it can be: the files of this test are empty. */
const place = isWritable('/dev/shm') ? '/dev/shm' : '/var/tmp';

describe('copies of many files', () => {
  it('take little memory for each, new, known and with one changed', async () => {
    const [small, large] = [await copyFiles(few), await copyFiles(many)];
    assert.deepEqual(large.changes, [
      'package-7/dist/internal/create-format-handler-7.d.ts: content changed',
    ]);
    const perFile = (large.peak - small.peak) / (many - few);
    assert.ok(perFile < mostBytesPerFile, `${Math.round(perFile)} bytes a file`);
  });
});

async function copyFiles(
  count: number,
): Promise<{ readonly peak: number; readonly changes: readonly string[] }> {
  const folder = mkdtempSync(join(place, 'copy-memory-'));
  try {
    const script = join(import.meta.dirname, 'many-files.ts');
    const { stdout } = await execa(process.execPath, [
      '--max-semi-space-size=8',
      script,
      folder,
      String(count),
    ]);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
