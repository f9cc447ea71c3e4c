// A build reads its ignore file once: what it leaves out, what it is checked for and what its plan is remembered by are the same patterns.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { check } from '../../../src/build/index.ts';
import { openWorkbench, type Workbench } from '../solve/workbench.ts';

describe('the ignore file', () => {
  let bench: Workbench;
  const read: string[] = [];
  const { readFileSync } = fs;
  before(async () => {
    bench = await openWorkbench();
    fs.readFileSync = ((...given: Parameters<typeof readFileSync>) => {
      if (String(given[0]).endsWith('.dockerignore')) read.push(String(given[0]));
      return readFileSync(...given);
    }) as typeof readFileSync;
    syncBuiltinESMExports();
    bench.write({
      Dockerfile: 'FROM scratch\nCOPY . /\nCOPY left /left\n',
      '.dockerignore': 'left\n',
      kept: '',
    });
  });
  after(async () => {
    fs.readFileSync = readFileSync;
    syncBuiltinESMExports();
    await bench[Symbol.asyncDispose]();
  });

  it('is read once by a build', async () => {
    const { error, events } = await bench.build();
    assert.match(String(error), /left/);
    assert.ok(events.some((event) => event.kind === 'warning' && event.rule === 'CopyIgnoredFile'));
    assert.deepEqual(read.splice(0), [`${bench.context}/.dockerignore`]);
  });

  it('is read once by a check', async () => {
    const request = { context: bench.context, buildArgs: {}, rules: 'all' } as const;
    const { warnings } = await check(request, bench.services);
    assert.ok(warnings.some(({ rule }) => rule.name === 'CopyIgnoredFile'));
    assert.deepEqual(read.splice(0), [`${bench.context}/.dockerignore`]);
  });
});
