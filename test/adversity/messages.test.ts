// Mistakes in a Dockerfile: where they are, what they are, what to do.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cannotRunContainers } from '../support/index.ts';
import { assertRefused, openPlace, type Place } from './place.ts';

interface Mistake {
  readonly what: string;
  readonly dockerfile: string;
  readonly flags?: readonly string[];
  readonly shows: readonly RegExp[];
}

const mistakes: readonly Mistake[] = [
  {
    what: 'an unknown instruction',
    dockerfile: 'FROM busybox\nCOPPY a /\n',
    shows: [
      /Dockerfile:2:1: /,
      /unknown instruction: COPPY/,
      /did you mean COPY/,
      /2 \| COPPY a \/\n {4}\| \^~~~~/,
      /hint: /,
    ],
  },
  {
    what: 'an unknown flag',
    dockerfile: 'FROM busybox\nRUN --mont=type=cache true\n',
    shows: [/Dockerfile:2:5: /, /unknown flag: --mont/, /did you mean mount/, /\^~~~~~/],
  },
  {
    what: 'several at once',
    dockerfile: 'FROM busybox\nFOO\nRUN --bar true\nCOPY a\n',
    shows: [/3 problems/, /Dockerfile:2:1/, /Dockerfile:3:5/, /Dockerfile:4:/],
  },
  {
    what: 'a missing source',
    dockerfile: 'FROM busybox\nCOPY missing.txt /\n',
    shows: [/Dockerfile:2:1: /, /"\/missing.txt": not found/, />>> COPY missing.txt/, /hint: .*context/],
  },
  {
    what: 'a missing source in a stage',
    dockerfile: 'FROM busybox AS one\nFROM busybox\nCOPY --from=one /missing /\n',
    shows: [/Dockerfile:3:1: /, /"\/missing": not found/, /hint: /],
  },
  {
    what: 'an unknown stage',
    dockerfile: 'FROM busybox AS builder\nFROM busybox\nCOPY --from=bilder /a /\n',
    shows: [/Dockerfile:3:13: /, /bilder/, /did you mean builder/],
  },
  {
    what: 'an unknown image',
    dockerfile: 'FROM nowhere:1.2\nRUN true\n',
    shows: [/Dockerfile:1:6: /, /nowhere:1\.2/, /not in the store, and pulling it failed/, /hint: /],
  },
  {
    what: 'an unknown target',
    dockerfile: 'FROM busybox AS one\n',
    flags: ['--target', 'onne'],
    shows: [/onne/, /hint: .*one/],
  },
  {
    what: 'a stage that needs itself',
    dockerfile: 'FROM busybox AS a\nCOPY --from=a /x /\n',
    shows: [/Dockerfile:2:13: /, /circular dependency .*a/, /hint: /],
  },
  {
    what: 'a command that fails',
    dockerfile:
      'FROM busybox\nWORKDIR /w\nRUN for i in a b c; do echo line $i; done; exit 42\nRUN echo never\n',
    shows: [
      /Dockerfile:3:1: /,
      /exit code: 42/,
      /line a\nline b\nline c\n/,
      /3 \| >>> RUN for i in/,
      /4 \| {5}RUN echo never/,
    ],
  },
  {
    what: 'a command killed by a signal',
    dockerfile: 'FROM busybox\nRUN sleep 9 & kill -9 $!; wait $!\n',
    shows: [/Dockerfile:2:1: /, /exit code: 137/],
  },
  {
    what: 'a program that is not there',
    dockerfile: 'FROM busybox\nRUN ["/no/such/program"]\n',
    shows: [/Dockerfile:2:1: /, /\/no\/such\/program/, /no such file/],
  },
  {
    what: 'a program that is no program',
    dockerfile: 'FROM busybox\nRUN ["/etc/passwd"]\n',
    shows: [/Dockerfile:2:1: /, /\/etc\/passwd/, /permission denied/],
  },
  {
    what: 'a user that is not there',
    dockerfile: 'FROM busybox\nUSER nobodyy\nRUN true\n',
    shows: [/Dockerfile:3:1: /, /nobodyy/, /hint: .*nobody/],
  },
  {
    what: 'a working directory that is a file',
    dockerfile: 'FROM busybox\nWORKDIR /etc/passwd\n',
    shows: [/Dockerfile:2:1: /, /\/etc\/passwd/],
  },
  {
    what: 'a file where a folder should be',
    dockerfile: 'FROM busybox\nCOPY Dockerfile /etc/passwd/x\n',
    shows: [/Dockerfile:2:1: /, /\/etc\/passwd/],
  },
  { what: 'an empty file', dockerfile: '', shows: [/no instructions/, /hint: .*FROM/] },
  { what: 'comments only', dockerfile: '# a\n# b\n', shows: [/no instructions/, /hint: .*FROM/] },
  {
    what: 'bytes that are no text',
    dockerfile: '\u0000\u0001\u0002\u001b[2J\n',
    shows: [/Dockerfile:1:1/, /unknown instruction/],
  },
];

describe('a mistake in a Dockerfile', { skip: cannotRunContainers }, () => {
  let place: Place;
  before(async () => {
    place = await openPlace();
  });
  after(() => place[Symbol.asyncDispose]());

  for (const { what, dockerfile, flags = [], shows } of mistakes) {
    it(`is told: ${what}`, async () => {
      const outcome = await place.build(dockerfile, '-t', 'broken', ...flags);
      assertRefused(outcome, 1, ...shows);
      assert.doesNotMatch(await place.ok(['images']), /broken/);
    });
  }

  it('is told about a circle of stages that are named later', async () => {
    const outcome = await place.build(
      'FROM busybox AS a\nCOPY --from=b /x /\nFROM a AS b\nRUN true\nFROM b\n',
    );
    assertRefused(outcome, 1, /Dockerfile:2:13: /, /circular dependency/);
  });

  it('leaves the images that were there alone', async () => {
    await place.ok(['tag', 'busybox', 'kept']);
    const kept = await place.ok(['images', '-q', 'kept']);
    assertRefused(await place.build('FROM busybox\nRUN false\n', '-t', 'kept'), 1, /exit code: 1/);
    assert.equal(await place.ok(['images', '-q', 'kept']), kept);
  });
});

describe('a build that cannot begin', { skip: cannotRunContainers }, () => {
  let place: Place;
  before(async () => {
    place = await openPlace([]);
  });
  after(() => place[Symbol.asyncDispose]());

  it('says that the context is not there', async () =>
    assertRefused(await place.caisson(['build', '/no/such/folder']), 1, /"\/no\/such\/folder"/, /hint: /));

  it('says that the context is a file', async () => {
    place.write({ file: 'x' });
    assertRefused(await place.caisson(['build', join(place.context, 'file')]), 1, /not a folder/, /hint: /);
  });

  it('says that the Dockerfile is not there', async () => {
    rmSync(join(place.context, 'Dockerfile'), { force: true });
    assertRefused(
      await place.caisson(['build', place.context]),
      1,
      /Dockerfile: no such file/,
      /hint: .*--file/,
    );
  });

  it('says that the Dockerfile is a folder', async () => {
    const folder = join(place.context, 'Dockerfile');
    mkdirSync(folder);
    assertRefused(await place.caisson(['build', place.context]), 1, /is a directory/, /hint: .*--file/);
    rmSync(folder, { recursive: true });
  });

  it('says that there are flags or a command it does not know', async () => {
    assertRefused(await place.caisson(['build', '--tga', 'x', place.context]), 125, /--tga/, /--tag/);
    assertRefused(await place.caisson(['bild', place.context]), 1, /bild/, /build/);
  });

  it('says that the root is not to be written to', async () => {
    const outcome = await place.caisson(['--root', '/proc/caisson', 'images']);
    assertRefused(outcome, 1, /"\/proc\/caisson"/, /hint: .*--root/);
  });
});
