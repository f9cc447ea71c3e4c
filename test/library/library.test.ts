// The package as a library: the example of the documentation, and what it leaves to the program around it.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { lyingRegistry } from '../registry/pull/lying-registry.ts';
import { imageOf, layerOf } from '../registry/pull/samples.ts';
import { cannotRunContainers, type TestRoot, testRoot } from '../support/index.ts';

const home = fileURLToPath(new URL('../..', import.meta.url));

describe('the library', { skip: cannotRunContainers }, () => {
  let place: TestRoot;
  const folder = mkdtempSync('/var/tmp/caisson-library-');
  before(async () => {
    place = await testRoot(['busybox']);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(home, join(folder, 'node_modules/caisson'));
    cpSync(join(home, 'docs/examples/library.ts'), join(folder, 'library.ts'));
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await place[Symbol.asyncDispose]();
  });

  const program = (file: string, ...args: readonly string[]) =>
    execa(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
      cwd: folder,
      env: { CAISSON_ROOT: place.root },
      reject: false,
    });

  const write = (dockerfile: string): string => {
    const context = mkdtempSync(join(folder, 'context-'));
    writeFileSync(join(context, 'Dockerfile'), dockerfile);
    return context;
  };

  it('builds and runs, as the example shows', async () => {
    const context = write('FROM busybox\nRUN true\nCMD echo "hello $NAME"\n');
    const { stdout, stderr, exitCode } = await program('library.ts', context);
    assert.equal(stderr, '');
    assert.equal(exitCode, 0);
    const lines = stdout.split('\n');
    assert.equal(lines[0], '3 instructions, 0 diagnostics');
    assert.ok(lines.includes('done: [2/2] RUN true'), stdout);
    assert.match(stdout, /^built sha256:[0-9a-f]{64}$/m);
    assert.equal(lines.at(-1), 'ended with 0: hello library');
  });

  it('rejects with the error the program prints', async () => {
    const context = write('FROM busybox\nRUN exit 3\n');
    const { stderr, exitCode } = await program('library.ts', context);
    assert.match(stderr, /^STEP_FAILED: .*exit code: 3/);
    assert.equal(exitCode, 1);
  });

  it('pulls base images as the program does', async () => {
    await using registry = await lyingRegistry(imageOf([layerOf([{ name: 'file', content: 'x' }])]));
    const context = write(`FROM ${registry.domain}/base:1\nLABEL a=b\n`);
    writeFileSync(
      join(folder, 'pull.ts'),
      `import { build } from 'caisson';
for (const pull of [false, false, true]) {
  const { imageId } = await build({ context: ${JSON.stringify(context)}, tags: ['pulled'], pull }).result;
  console.log(typeof imageId);
}
`,
    );
    const { stdout, stderr } = await program('pull.ts');
    assert.deepEqual([stdout, stderr], ['string\nstring\nstring', '']);
    const manifests = registry.requests.filter((line) => line.includes('/manifests/'));
    assert.equal(manifests.length, 2);
  });

  it('gives the result without iterating, collects output, kills on abort', async () => {
    const context = write('FROM busybox\n');
    writeFileSync(
      join(folder, 'more.ts'),
      `import { build, run } from 'caisson';
const { imageId } = await build({ context: ${JSON.stringify(context)}, tags: ['more'] }).result;
const ended = await run({ image: imageId ?? '', command: ['sh', '-c', 'echo out; echo err >&2; exit 7'] });
console.log(JSON.stringify(ended));
const late = run({ image: 'more', command: ['sleep', '600'] }, { signal: AbortSignal.timeout(1000) });
await late.catch((error) => console.log(error.name));
`,
    );
    const { stdout, stderr } = await program('more.ts');
    assert.equal(stderr, '');
    assert.deepEqual(stdout.split('\n'), [
      '{"exitCode":7,"stdout":"out\\n","stderr":"err\\n"}',
      'TimeoutError',
    ]);
    assert.equal(await place.ok(['ps', '-aq']), '');
  });
});
