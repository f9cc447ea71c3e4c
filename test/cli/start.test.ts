// Both ways of starting: from the snapshot, and without it.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const home = fileURLToPath(new URL('../..', import.meta.url));

describe('bin/caisson', () => {
  let place: string;
  before(() => {
    place = mkdtempSync('/var/tmp/caisson-start-');
    for (const part of ['bin', 'dist'])
      cpSync(join(home, part), join(place, part), { recursive: true, preserveTimestamps: true });
    symlinkSync(join(home, 'node_modules'), join(place, 'node_modules'));
  });
  after(() => rmSync(place, { recursive: true }));

  const parse = (env: Readonly<Record<string, string>> = {}) =>
    execa(join(place, 'bin/caisson'), ['parse', '-'], { input: 'FROM a\nRUN b\n', env, reject: false });

  it('gives the same from the snapshot and from the bundle, wherever it lies', async () => {
    const [fast, slow] = [await parse(), await parse({ CAISSON_NO_SNAPSHOT: '1' })];
    assert.equal(fast.exitCode, 0, fast.stderr);
    assert.match(fast.stdout, /^from /);
    assert.equal(fast.stdout, slow.stdout);
  });

  it('leaves a snapshot alone that is older than its Node', async () => {
    const blob = join(place, 'dist/build.blob');
    writeFileSync(blob, 'of no use');
    utimesSync(blob, 0, 0);
    const { exitCode, stdout } = await parse();
    assert.equal(exitCode, 0);
    assert.match(stdout, /^from /);
  });
});
