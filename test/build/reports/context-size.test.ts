// What the context of a build is made of, and what its ignore file should leave out.

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openContext } from '../../../src/build/context/index.ts';
import { type ContextReport, contextReport } from '../../../src/build/index.ts';
import { temporaryFolder } from '../../store/sample.ts';

function reportOf(t: TestContext, files: Readonly<Record<string, number | string>>): ContextReport {
  const folder = temporaryFolder(t);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : Buffer.alloc(content));
  }
  symlinkSync('/usr', join(folder, 'elsewhere'));
  return contextReport(openContext(folder));
}

describe('the size of a context', () => {
  it('is told by the folders where the bytes come together', (t) => {
    const { bytes, files, largest } = reportOf(t, {
      'assets/video/one.mp4': 6000,
      'assets/video/two.mp4': 5000,
      'assets/small.css': 100,
      'src/main.c': 900,
    });
    assert.deepEqual([bytes, files], [12_000, 5]);
    assert.deepEqual(
      largest.map((line) => [line.path, line.bytes, line.files]),
      [
        ['assets/video', 11_000, 2],
        ['src/main.c', 900, 1],
        ['assets/small.css', 100, 1],
      ],
    );
  });

  it('leaves out what the ignore file leaves out, but for exceptions', (t) => {
    const { bytes, advice } = reportOf(t, {
      '.dockerignore': 'node_modules\n!node_modules/kept\n.git',
      'node_modules/a/index.js': 1000,
      'node_modules/kept/index.js': 10,
      '.git/objects/pack': 5000,
    });
    assert.equal(bytes, 36 + 10);
    assert.deepEqual(
      advice.map((line) => [line.pattern, line.bytes]),
      [['**/node_modules', 10]],
    );
  });

  it('advises on what images seldom need, most bytes first, each file once', (t) => {
    const { advice } = reportOf(t, {
      '.git/HEAD': 20,
      '.git/.env': 1,
      'web/node_modules/x/debug.log': 300,
      '.env.local': 5,
      id_rsa: 3,
      'target/app.o': 2000,
      'src/target/kept.c': 7000,
      'app.log': 50,
    });
    assert.deepEqual(
      advice.map(({ pattern, bytes, files }) => [pattern, bytes, files]),
      [
        ['target', 2000, 1],
        ['**/node_modules', 300, 1],
        ['**/*.log', 50, 1],
        ['**/.git', 21, 2],
        ['**/.env*', 5, 1],
        ['**/*.pem', 3, 1],
      ],
    );
  });
});
