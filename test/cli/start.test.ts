// The ways of starting: from the scripts with their compiled code, and from the modules.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    execa(join(place, 'bin/caisson'), args, { input: 'FROM a\nRUN b\n', env, reject: false });
  /** A flag before the command leads to the modules. */
  const runModules = (args: readonly string[]) => run(['--root', join(place, 'root'), ...args]);

  it('gives the same from the scripts and from the modules, wherever it lies', async () => {
    const [fast, slow] = [await run(['parse', '-']), await runModules(['parse', '-'])];
    assert.equal(fast.exitCode, 0, fast.stderr);
    assert.match(fast.stdout, /^from /);
    assert.equal(fast.stdout, slow.stdout);
  });

  // The first is in the first script; the second comes from a later one, whose classes must be the same.
  for (const args of [
    ['ps', '--no-such-flag'],
    ['import', '--change', 'NONSENSE', '/dev/null'],
  ])
    it(`says the same of "${args.join(' ')}" from the scripts and from the modules`, async () => {
      const root = { CAISSON_ROOT: join(place, 'root') };
      const [fast, slow] = [await run(args, root), await runModules(args)];
      assert.notEqual(fast.exitCode, 0);
      assert.deepEqual([fast.exitCode, fast.stdout, fast.stderr], [slow.exitCode, slow.stdout, slow.stderr]);
      assert.match(fast.stderr, /^error: /);
    });

  it('does without compiled code, and with code that another Node wrote', async () => {
    const before = await run(['ps', '--help']);
    writeFileSync(join(place, 'dist/run.code'), 'of no use');
    assert.equal((await run(['ps', '--help'])).stdout, before.stdout);
    rmSync(join(place, 'dist/run.code'));
    assert.equal((await run(['ps', '--help'])).stdout, before.stdout);
  });
});
