// Builds for several platforms: what their stages see, what becomes of them, and what cannot run here.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { BuildRequest } from '../../src/build/index.ts';
import { requireEmulator } from '../../src/build/ops/emulation.ts';
import { CaissonError } from '../../src/core/index.ts';
import { hostPlatform, type Platform, parsePlatform } from '../../src/oci/index.ts';
import { temporaryFolder } from '../store/sample.ts';
import { cannotRunContainers } from '../support/index.ts';
import { busybox, type Outcome, openWorkbench, type Workbench } from './solve/workbench.ts';

const native = hostPlatform();
/** No processor that runs these tests is one, and nobody installs its emulator. */
const foreign = parsePlatform('linux/mips64');

/** What stands on it runs on this machine, whatever the image is for. */
const onBuildPlatform = 'FROM --platform=$BUILDPLATFORM native-box AS build\n';

const crossCompiled = `${onBuildPlatform}ARG TARGETPLATFORM TARGETARCH BUILDARCH
RUN echo "$BUILDARCH makes $TARGETPLATFORM" >/made
FROM scratch
COPY --from=build /made /
ARG TARGETARCH
LABEL for=$TARGETARCH
`;

describe('a build for several platforms', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
    await build(busybox, [native], { tags: ['native-box'] });
  });
  after(() => bench[Symbol.asyncDispose]());

  const build = async (
    dockerfile: string,
    platforms: readonly Platform[],
    request: Partial<BuildRequest> = {},
  ): Promise<Outcome> => {
    bench.write({ Dockerfile: dockerfile });
    const outcome = await bench.build({ platforms, ...request });
    assert.deepEqual(bench.leftovers(), []);
    return outcome;
  };

  it('gives one index with an image for each, in the order asked for', async () => {
    const { error } = await build(crossCompiled, [foreign, native], { tags: ['cross'] });
    assert.equal(error, undefined);
    const { images } = bench.store;
    const index = images.findIndex('cross');
    assert.deepEqual(
      index?.index.manifests.map(({ platform }) => platform),
      [foreign, native],
    );
    for (const platform of [foreign, native]) {
      const image = images.find('cross', platform);
      assert.ok(image);
      assert.equal(image.config.architecture, platform.architecture);
      assert.deepEqual(image.config.config?.Labels, { for: platform.architecture });
      assert.equal(
        bench.store.layers.view(image.layers).read('/made')?.toString(),
        `${native.architecture} makes linux/${platform.architecture}\n`,
      );
    }
    assert.equal(images.find('cross')?.config.architecture, native.architecture);
  });

  it('names steps with their platform, and runs a shared one once', async () => {
    const { events } = await build(
      `${onBuildPlatform}RUN echo once >/once
FROM scratch
COPY --from=build /once /
`,
      [foreign, native],
      { noCache: true },
    );
    const steps = events.flatMap((event) => (event.kind === 'vertex-planned' ? [event.name] : []));
    assert.deepEqual(
      steps.filter((name) => name.includes('echo once')),
      [`[linux/${native.architecture} build 2/2] RUN echo once >/once`],
    );
    assert.ok(steps.includes('[linux/mips64 stage-1 1/1] COPY --from=build /once /'), steps.join('\n'));
  });

  it('runs steps once that turn out to be the same, and gives what the next build gives', async () => {
    const text = 'FROM scratch\nARG TARGETARCH\nCOPY Dockerfile /\nLABEL for=$TARGETARCH\n';
    const platforms = [foreign, native];
    const { events } = await build(text, platforms, { tags: ['same'] });
    const copies = events.flatMap((event) =>
      event.kind === 'vertex-planned' && event.name.includes('COPY') ? [event.vertex] : [],
    );
    const ends = events.flatMap((event) =>
      event.kind === 'vertex-ended' && copies.includes(event.vertex) ? [event.outcome] : [],
    );
    assert.deepEqual(ends.toSorted(), ['cached', 'done']);
    const first = bench.store.images.findIndex('same')?.digest;
    assert.ok(first);
    await build(text, platforms, { tags: ['same'] });
    assert.equal(bench.store.images.findIndex('same')?.digest, first);
  });

  it('takes from an index the image of the stage it is for, and says which there are', async () => {
    await build(crossCompiled, [foreign, native], { tags: ['cross'] });
    const text = 'FROM cross\nCOPY Dockerfile /\n';
    const { error } = await build(text, [foreign, native], { tags: ['next'] });
    assert.equal(error, undefined);
    assert.equal(bench.store.images.find('next', foreign)?.config.architecture, foreign.architecture);
    const failed = await build(text, [parsePlatform('linux/riscv64')]);
    assert.ok(failed.error instanceof CaissonError);
    assert.match(failed.error.message, /no match for platform in manifest: .*cross.* linux\/riscv64/);
  });

  it('says what is missing to run a foreign step, at its place', async () => {
    await build('FROM scratch\nCOPY Dockerfile /\n', [foreign], { tags: ['foreign-base'] });
    const { error } = await build('FROM foreign-base\nRUN ["/Dockerfile"]\n', [foreign]);
    assert.ok(error instanceof CaissonError);
    assert.equal(error.code, 'EMULATOR_MISSING');
    assert.equal(error.location?.line, 2);
    assert.match(error.message, /linux\/mips64 .*"qemu-mips64"/);
  });
});

describe('an emulator', () => {
  const folderWith = (t: Parameters<typeof temporaryFolder>[0], text: string): string => {
    const folder = join(temporaryFolder(t), 'binfmt_misc');
    mkdirSync(folder);
    writeFileSync(join(folder, 'status'), 'enabled\n');
    writeFileSync(join(folder, 'qemu-aarch64'), text);
    return folder;
  };
  const arm = parsePlatform('linux/arm64');

  it('serves containers when it was opened at registration', (t) => {
    const text = 'enabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: OCF\noffset 0\n';
    requireEmulator(arm, folderWith(t, text));
  });

  for (const [what, text] of [
    ['opened inside of containers', 'enabled\ninterpreter /usr/bin/qemu-aarch64\nflags: OC\n'],
    ['disabled', 'disabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: F\n'],
  ] as const)
    it(`does not when it is ${what}`, (t) => {
      assert.throws(() => requireEmulator(arm, folderWith(t, text)), { code: 'EMULATOR_MISSING' });
    });
});
