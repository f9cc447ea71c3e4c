// The flags of COPY in real builds: what is made once and kept, what runs on top of it, triggers, mistakes.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { isCaissonError } from '../../../src/core/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, type Outcome, openWorkbench, type StoredImage, type Workbench } from './workbench.ts';

function built(outcome: Outcome): StoredImage {
  if (outcome.image === undefined) throw outcome.error;
  return outcome.image;
}

function diffIds(outcome: Outcome): readonly string[] {
  return built(outcome).image.config.rootfs.diff_ids;
}

describe('COPY --link', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
  });
  after(async () => {
    assert.deepEqual(bench.leftovers(), []);
    await bench[Symbol.asyncDispose]();
  });
  beforeEach(() => bench.write({ 'src/a': 'a\n', 'src/b': 'b\n' }));

  it('is kept, with its digest, when what is below it changes', async () => {
    const dockerfile = `${busybox}RUN echo one > /base\nCOPY --link src /src\nCMD ["sh"]\n`;
    bench.write({ Dockerfile: dockerfile });
    const first = await bench.build();
    assert.equal(first.steps['COPY --link src /src'], 'done');
    bench.write({ Dockerfile: dockerfile.replace('one', 'two') });
    const second = await bench.build();
    assert.equal(second.steps['RUN echo two > /base'], 'done');
    assert.equal(second.steps['COPY --link src /src'], 'cached');
    assert.equal(diffIds(second).at(-1), diffIds(first).at(-1));
    assert.notEqual(diffIds(second).at(-2), diffIds(first).at(-2));
    assert.equal(bench.read(built(second), '/src/a'), 'a\n');
    assert.equal(bench.read(built(second), '/base'), 'two\n');
  });

  it('does not wait for what is below it', async () => {
    bench.write({ Dockerfile: `${busybox}RUN sleep 1; echo slow\nCOPY --link src /other\n` });
    const ends: string[] = [];
    const outcome = await bench.build(
      {},
      {
        onEvent(event, name) {
          if (event.kind === 'vertex-ended') ends.push(name);
        },
      },
    );
    built(outcome);
    assert.ok(ends.indexOf('COPY --link src /other') < ends.indexOf('RUN sleep 1; echo slow'), String(ends));
  });

  it('puts directories over links, and what runs next sees them', async () => {
    bench.write({
      Dockerfile: `${busybox}RUN mkdir /real && ln -s real /app\nCOPY --link src/a /app/\nRUN test ! -L /app && cat /app/a && test ! -e /real/a\n`,
    });
    const outcome = await bench.build();
    assert.equal(built(outcome) && outcome.log, 'a\n');
  });

  it('may stand twice', async () => {
    const copy = 'COPY --link src /twice\n';
    bench.write({ Dockerfile: `${busybox}${copy}RUN rm /twice/a\n${copy}RUN cat /twice/a /twice/b\n` });
    const outcome = await bench.build();
    assert.equal(built(outcome) && outcome.log, 'a\nb\n');
    const ids = diffIds(outcome);
    assert.equal(ids.length, new Set(ids).size + 1);
  });

  it('is shared by stages', async () => {
    const copy = 'COPY --link src /shared\n';
    bench.write({
      Dockerfile: `${busybox}FROM base AS one\n${copy}FROM base AS two\nRUN true\n${copy}RUN --mount=from=one,target=/one cmp /one/shared/a /shared/a\n`,
    });
    built(await bench.build());
  });

  it('starts an empty root as an ordinary copy', async () => {
    bench.write({ Dockerfile: 'FROM scratch\nCOPY --link src /s\nCOPY --link src/a /s/c\n' });
    const outcome = await bench.build();
    assert.equal(bench.read(built(outcome), '/s/c'), 'a\n');
    assert.equal(bench.read(built(outcome), '/s/b'), 'b\n');
  });

  it('refuses owners by name, where it stands', async () => {
    bench.write({ Dockerfile: `${busybox}COPY --link --chown=bob src /s\n` });
    const { error } = await bench.build();
    assert.ok(isCaissonError(error, 'OWNER_INVALID'));
    assert.equal(error.location?.line, 4);
    assert.match(error.message, /"--chown=bob" cannot be looked up/);
  });

  it('takes a changed file', async () => {
    bench.write({ Dockerfile: `${busybox}COPY --link src /changing\n` });
    built(await bench.build());
    bench.write({ 'src/a': 'changed\n' });
    const outcome = await bench.build();
    assert.equal(outcome.steps['COPY --link src /changing'], 'done');
    assert.deepEqual(outcome.misses['COPY --link src /changing'], ['file src/a: content changed']);
    assert.equal(bench.read(built(outcome), '/changing/a'), 'changed\n');
  });
});

describe('COPY --parents and --exclude', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
    bench.write({ 'app/x/main.c': 'm', 'app/x/main.md': 'd', 'app/y/other.c': 'o' });
  });
  after(async () => {
    assert.deepEqual(bench.leftovers(), []);
    await bench[Symbol.asyncDispose]();
  });

  it('work as triggers', async () => {
    bench.write({
      Dockerfile: `FROM scratch AS base\nONBUILD COPY --parents --exclude=**/y app/./**/*.c /src/\nFROM base\n`,
    });
    const outcome = await bench.build();
    assert.equal(bench.read(built(outcome), '/src/x/main.c'), 'm');
    assert.equal(bench.read(built(outcome), '/src/x/main.md'), undefined);
    assert.equal(bench.read(built(outcome), '/src/y/other.c'), undefined);
    const [entry] = built(outcome).image.config.history?.filter((one) => !one.empty_layer) ?? [];
    assert.equal(entry?.created_by, 'COPY --parents app/./**/*.c /src/ # buildkit');
  });

  it('run again only for what they take', async () => {
    const instruction = 'COPY --exclude=**/*.md app /app';
    bench.write({ Dockerfile: `FROM scratch\n${instruction}\n` });
    built(await bench.build());
    bench.write({ 'app/x/main.md': 'changed' });
    assert.equal((await bench.build()).steps[instruction], 'cached');
    bench.write({ 'app/x/main.c': 'changed' });
    assert.deepEqual((await bench.build()).misses[instruction], ['file app/x/main.c: content changed']);
  });

  it('say what is missing, and where', async () => {
    bench.write({ Dockerfile: 'FROM scratch\nCOPY --parents app/nope /x/\n' });
    const { error } = await bench.build();
    assert.ok(isCaissonError(error, 'SOURCE_NOT_FOUND'));
    assert.equal(error.location?.line, 2);
    assert.match(error.message, /"\/app\/nope": not found/);
  });
});
