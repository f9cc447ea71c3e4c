// InvalidBaseImagePlatform in builds on real images: of one platform, and of several.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BuildRequest } from '../../../src/build/index.ts';
import { formatPlatform, parsePlatform } from '../../../src/oci/index.ts';
import { openWorkbench, type Workbench } from '../solve/workbench.ts';

const platforms = (...names: readonly string[]) => names.map((name) => parsePlatform(name));

describe('a base image', () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
    const base = 'FROM scratch\nARG TARGETARCH\nCOPY <<EOF /arch\n$TARGETARCH\nEOF\n';
    await built(base, { tags: ['one:1'], platforms: platforms('linux/arm64') });
    await built(base, { tags: ['several:1'], platforms: platforms('linux/amd64', 'linux/arm64') });
  });
  after(() => bench[Symbol.asyncDispose]());

  async function built(text: string, request: Partial<BuildRequest>) {
    bench.write({ Dockerfile: text });
    const { error, image, events } = await bench.build(request);
    const warnings = events.flatMap((event) =>
      event.kind === 'warning' && event.rule === 'InvalidBaseImagePlatform' ? [event.message] : [],
    );
    return { error, image, warnings };
  }

  it('of another platform is used, with a warning at its line', async () => {
    const { error, warnings } = await built('\nFROM one:1\nLABEL a=b\n', {
      platforms: platforms('linux/amd64'),
    });
    assert.equal(error, undefined);
    assert.deepEqual(warnings, [
      'InvalidBaseImagePlatform: Base image one:1 was pulled with platform "linux/arm64", expected "linux/amd64" for current build (line 2)',
    ]);
    assert.deepEqual((await built('FROM one:1\n', { platforms: platforms('linux/arm64') })).warnings, []);
  });

  it('is no matter in a stage that is not needed, nor where FROM asks for its platform', async () => {
    const request = { platforms: platforms('linux/amd64') };
    assert.deepEqual((await built('FROM one:1 AS unused\nFROM several:1\n', request)).warnings, []);
    assert.deepEqual((await built('FROM --platform=linux/arm64 one:1\n', request)).warnings, []);
  });

  it('of several platforms gives the one that is asked for', async () => {
    for (const name of ['linux/amd64', 'linux/arm64']) {
      const { image, warnings } = await built('FROM several:1\n', { platforms: platforms(name) });
      assert.deepEqual(warnings, []);
      assert.ok(image);
      assert.equal(formatPlatform(image.image.platform), name);
      assert.equal(bench.read(image, '/arch'), `${name.slice('linux/'.length)}\n`);
    }
    const { error } = await built('FROM --platform=linux/s390x several:1\n', {});
    assert.match(String(error), /no match for platform in manifest/);
  });
});
