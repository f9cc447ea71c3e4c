// What a rebuild runs, and what it says about it: real containers, one kind of change at a time.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import type { BuildRequest } from '../../../src/build/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, type Outcome, openWorkbench, type Workbench } from './workbench.ts';

/** Steps by how they ended, without what is no step. */
function ended(outcome: Outcome, how: string): readonly string[] {
  return Object.entries(outcome.steps).flatMap(([name, end]) =>
    end === how && /^[A-Z]+ /.test(name) ? [name] : [],
  );
}

function built(outcome: Outcome): NonNullable<Outcome['image']> {
  if (outcome.image === undefined) throw outcome.error;
  return outcome.image;
}

describe('a rebuild', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
  });
  after(async () => {
    assert.deepEqual(bench.leftovers(), []);
    await bench[Symbol.asyncDispose]();
  });

  const dockerfile = `${busybox}ARG VERSION=1
COPY src /src
WORKDIR /out
RUN cat /src/a.c /src/b.c > all.c; echo $VERSION > version
USER 5
CMD ["sh"]
`;

  const change = (from: string, to: string): string => dockerfile.replace(from, to);

  before(async () => {
    bench.write({ Dockerfile: dockerfile, 'src/a.c': 'a\n', 'src/b.c': 'b\n', unused: '1' });
    const first = await bench.build();
    assert.equal(bench.read(built(first), '/out/all.c'), 'a\nb\n');
    assert.deepEqual(ended(first, 'cached'), []);
    assert.equal(
      Object.values(first.misses)
        .flat()
        .every((reason) => reason === 'never ran before'),
      true,
    );
  });

  it('of nothing new runs nothing and gives the same image', async () => {
    const [one, two] = [await bench.build(), await bench.build()];
    assert.deepEqual(ended(one, 'done'), []);
    assert.equal(ended(one, 'cached').length, 5);
    assert.equal(built(one).manifestDigest, built(two).manifestDigest);
    assert.deepEqual(one.misses, {});
  });

  it('ignores files that no step uses, and times', async () => {
    bench.write({ unused: '2', 'src/a.c': 'a\n' });
    assert.deepEqual(ended(await bench.build(), 'done'), []);
  });

  it('names the file whose content changed', async () => {
    bench.write({ 'src/a.c': 'A\n' });
    const outcome = await bench.build();
    assert.deepEqual(ended(outcome, 'done').length, 3);
    assert.match(outcome.misses['COPY src /src']?.join() ?? '', /^file src\/a\.c: content changed$/);
    assert.deepEqual(outcome.misses['WORKDIR /out'], [
      'input step [3/5] COPY src /src ran again and its result differs',
    ]);
    assert.equal(bench.read(built(outcome), '/out/all.c'), 'A\nb\n');
    bench.write({ 'src/a.c': 'a\n' });
    assert.deepEqual(ended(await bench.build(), 'done'), []);
  });

  it('runs a step whose text changed, and those above it', async () => {
    bench.write({ Dockerfile: change('> all.c', '> all2.c') });
    const outcome = await bench.build();
    assert.deepEqual(Object.values(outcome.misses), [['instruction text changed']]);
    assert.deepEqual(ended(outcome, 'done').length, 1);
    bench.write({ Dockerfile: dockerfile });
    assert.deepEqual(ended(await bench.build(), 'done'), []);
  });

  it('names the build argument that changed', async () => {
    const outcome = await bench.build({ buildArgs: { VERSION: '2' } });
    assert.deepEqual(Object.values(outcome.misses), [['build argument VERSION: "1" → "2"']]);
    assert.equal(bench.read(built(outcome), '/out/version'), '2\n');
  });

  it('runs nothing when only the config changed', async () => {
    bench.write({ Dockerfile: change('["sh"]', '["ls"]') });
    const outcome = await bench.build();
    assert.deepEqual(ended(outcome, 'done'), []);
    assert.deepEqual(built(outcome).image.config.config?.Cmd, ['ls']);
    bench.write({ Dockerfile: dockerfile });
  });

  it('without cache runs all and still records', async () => {
    const outcome = await bench.build({ noCache: true });
    assert.equal(ended(outcome, 'done').length, 5);
    assert.deepEqual(outcome.misses['COPY src /src'], ['the cache is not used (--no-cache)']);
    assert.deepEqual(ended(await bench.build(), 'done'), []);
  });

  it('does not count proxies, nor keep them in the image', async () => {
    const proxies = { HTTP_PROXY: 'http://user:secret@proxy', https_proxy: 'http://secret2' };
    const outcome = await bench.build({ buildArgs: proxies });
    assert.deepEqual(ended(outcome, 'done'), []);
    assert.doesNotMatch(JSON.stringify(built(outcome).image.config), /secret/);
  });

  it('dates nothing after SOURCE_DATE_EPOCH', async () => {
    const outcome = await bench.build({ buildArgs: { SOURCE_DATE_EPOCH: '1600000000' } });
    const { created, history = [] } = built(outcome).image.config;
    assert.deepEqual(
      new Set([created, ...history.map((entry) => entry.created)]),
      new Set(['2020-09-13T12:26:40Z']),
    );
  });
});

describe('a base image', { skip: cannotRunContainers }, () => {
  it('that changed is named with both digests', async () => {
    await using bench = await openWorkbench();
    const make = async (content: string): Promise<string> => {
      bench.write({ Dockerfile: `${busybox}RUN echo ${content} > /content\n` });
      return built(await bench.build({ tags: ['tools:1'] })).manifestDigest.slice(0, 19);
    };
    const use = async (): Promise<Outcome> => {
      bench.write({ Dockerfile: 'FROM tools:1\nRUN cp /content /copy\nRUN cat /copy\n' });
      return bench.build();
    };
    const before = await make('one');
    assert.equal((await use()).log, 'one\n');
    const now = await make('two');
    const outcome = await use();
    assert.equal(outcome.log, 'two\n');
    assert.deepEqual(outcome.misses, {
      'RUN cp /content /copy': [`base image tools:1 changed ${before} → ${now}`],
      'RUN cat /copy': ['input step [2/3] RUN cp /content /copy ran again and its result differs'],
    });
    assert.deepEqual(bench.leftovers(), []);
  });
});

describe('a base image with the same files', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
  });
  after(() => bench[Symbol.asyncDispose]());

  const use = async (base: string, request: Partial<BuildRequest> = {}): Promise<Outcome> => {
    bench.write({ Dockerfile: `${busybox}RUN echo one > /content\n${base}` });
    const made = built(await bench.build({ tags: ['tools:1'] })).manifestDigest;
    bench.write({
      Dockerfile:
        'FROM tools:1\nRUN echo "$COLOUR" > /copy && pwd >> /copy\nCOPY --from=tools:1 /content /other\n',
    });
    digests.add(made);
    return bench.build(request);
  };
  const digests = new Set<string>();
  const ran = (outcome: Outcome): readonly string[] =>
    Object.keys(outcome.steps).filter((name) => outcome.steps[name] === 'done' && /^(RUN|COPY)/.test(name));

  it('takes the place of another: no step on it runs again', async () => {
    assert.equal(ran(await use('')).length, 2);
    const outcome = await use('LABEL some=thing\nCMD ["sh"]\nEXPOSE 80\n');
    assert.deepEqual(ran(outcome), []);
    assert.equal(built(outcome).image.config.config?.Labels?.['some'], 'thing');
    assert.equal(digests.size, 2);
  });

  it('whose variables differ makes the processes run again', async () => {
    const outcome = await use('ENV COLOUR=red\n');
    assert.deepEqual(ran(outcome).length, 2);
    assert.equal(bench.read(built(outcome), '/copy'), 'red\n/\n');
    assert.match(JSON.stringify(outcome.misses), /COLOUR is new: ."red/);
  });

  it('whose working directory, user or shell differ makes the processes run again', async () => {
    for (const [base, expected] of [
      ['WORKDIR /bin\n', '\n/bin\n'],
      ['USER 0:5\n', '\n/\n'],
      ['SHELL ["/bin/sh", "-ec"]\n', '\n/\n'],
    ] as const) {
      const outcome = await use(base);
      assert.ok(ran(outcome).length > 0, base);
      assert.equal(bench.read(built(outcome), '/copy'), expected, base);
    }
  });
});

describe('stages', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  before(async () => {
    bench = await openWorkbench();
  });
  after(async () => {
    assert.deepEqual(bench.leftovers(), []);
    await bench[Symbol.asyncDispose]();
  });

  const dockerfile = `${busybox}
FROM base AS build
COPY input /input
RUN head -n 1 /input > /result
FROM base
COPY --from=build /result /result
RUN cp /result /final
`;

  it('that give the same files again leave the steps that use them cached', async () => {
    bench.write({ Dockerfile: dockerfile, input: 'one\ntwo\n' });
    const first = await bench.build();
    bench.write({ input: 'one\nthree\n' });
    const outcome = await bench.build();
    assert.equal(outcome.steps['COPY input /input'], 'done');
    assert.equal(outcome.steps['RUN head -n 1 /input > /result'], 'done');
    assert.equal(outcome.steps['COPY --from=build /result /result'], 'cached');
    assert.equal(outcome.steps['RUN cp /result /final'], 'cached');
    assert.equal(built(outcome).manifestDigest, built(first).manifestDigest);
  });

  it('that give other files make the steps that use them run', async () => {
    bench.write({ input: 'four\n' });
    const outcome = await bench.build();
    assert.equal(outcome.steps['RUN cp /result /final'], 'done');
    assert.equal(bench.read(built(outcome), '/final'), 'four\n');
    assert.match(
      outcome.misses['COPY --from=build /result /result']?.join() ?? '',
      /^file result: content changed$/,
    );
  });

  it('that did not change need not be there for what uses them to be cached', async () => {
    const image = built(await bench.build());
    using database = new DatabaseSync(join(bench.root, 'store.db'));
    const forgotten = database.prepare("DELETE FROM cache WHERE parts LIKE '%head -n 1%'").run();
    assert.notEqual(forgotten.changes, 0);
    const outcome = await bench.build();
    assert.deepEqual(ended(outcome, 'done'), []);
    assert.equal(built(outcome).manifestDigest, image.manifestDigest);
  });

  it('that the target does not need do not run', async () => {
    bench.write({ Dockerfile: `${busybox}FROM base AS broken\nRUN exit 3\nFROM base AS good\nRUN true\n` });
    const outcome = await bench.build({ target: 'good' });
    assert.equal(outcome.error, undefined);
    assert.equal('RUN exit 3' in outcome.steps, false);
  });
});
