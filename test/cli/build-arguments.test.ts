// Build arguments from flags, files and the environment.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import { addBuildOptions, type BuildFlags, buildRequest } from '../../src/cli/options/build.ts';

function requestOf(...args: readonly string[]) {
  const command = addBuildOptions(new Command()).exitOverride();
  command.parse([...args, '.'], { from: 'user' });
  return buildRequest('.', command.opts<BuildFlags>());
}

test('build arguments come from files in their order, and from flags, which win', () => {
  const folder = mkdtempSync('/var/tmp/caisson-arguments-');
  try {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    writeFileSync(one, '# comment\nA=1\nB=one\n\nC=a=b # kept\n');
    writeFileSync(two, 'B=two\nFROM_ENVIRONMENT\n');
    process.env['FROM_ENVIRONMENT'] = 'here';
    const { buildArgs } = requestOf(
      '--build-arg',
      'A=flag',
      '--build-arg-file',
      one,
      '--build-arg-file',
      two,
    );
    assert.deepEqual(buildArgs, { A: 'flag', B: 'two', C: 'a=b # kept', FROM_ENVIRONMENT: 'here' });
  } finally {
    delete process.env['FROM_ENVIRONMENT'];
    rmSync(folder, { recursive: true });
  }
});

test('platforms are separated by commas or repeated', () => {
  const platforms = requestOf(
    '--platform',
    'linux/amd64,linux/arm/v7',
    '--platform',
    'linux/arm64',
  ).platforms;
  assert.deepEqual(platforms, [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm', variant: 'v7' },
    { os: 'linux', architecture: 'arm64' },
  ]);
});

test('a bare --explain does not take the context for its value', async () => {
  assert.equal(requestOf('--explain=cache').explain, true);
  assert.equal(requestOf('--explain=size').explain, false);
  assert.throws(() => requestOf('--explain=nothing'), { code: 'commander.invalidArgument' });
});
