// Contexts that try to bring in what lies outside of them, or that cannot be read.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { cannotRunContainers } from '../support/index.ts';
import { assertClean, assertRefused, openPlace, type Place } from './place.ts';

const secret = 'the secret outside of the context';

describe('a context', { skip: cannotRunContainers }, () => {
  let place: Place;
  before(async () => {
    place = await openPlace();
    writeFileSync(join(place.folder, 'secret'), secret);
    mkdirSync(join(place.folder, 'outside'));
    writeFileSync(join(place.folder, 'outside', 'secret'), secret);
  });
  afterEach(() => rmSync(place.context, { recursive: true, force: true }));
  after(() => place[Symbol.asyncDispose]());

  const escapes: Readonly<Record<string, (place: Place) => string>> = {
    'a source that climbs': () => 'COPY ../secret /stolen\n',
    'a source that climbs after going down': () => 'COPY x/../../secret /stolen\n',
    'a pattern that climbs': () => 'COPY ../sec* /stolen/\n',
    'an absolute source': ({ folder }) => `COPY ${folder}/secret /stolen\n`,
    'an absolute source of ADD': ({ folder }) => `ADD ${folder}/secret /stolen\n`,
    'a link to a file outside': ({ context, folder }) => {
      symlinkSync(join(folder, 'secret'), join(context, 'link'));
      return 'COPY link /stolen\n';
    },
    'a relative link to a file outside': ({ context }) => {
      symlinkSync('../secret', join(context, 'link'));
      return 'COPY link /stolen\n';
    },
    'a file through a link to a folder outside': ({ context, folder }) => {
      symlinkSync(join(folder, 'outside'), join(context, 'link'));
      return 'COPY link/secret /stolen\n';
    },
    'the contents of a link to a folder outside': ({ context }) => {
      symlinkSync('../outside', join(context, 'link'));
      return 'COPY link/ /stolen/\n';
    },
    'a pattern through a link to a folder outside': ({ context }) => {
      symlinkSync('../outside', join(context, 'link'));
      return 'COPY link/s* /stolen/\n';
    },
    'all of a context with links': ({ context }) => {
      symlinkSync('../outside', join(context, 'link'));
      symlinkSync('../secret', join(context, 'file'));
      return 'COPY . /stolen/\n';
    },
    'a link through /proc': ({ context, folder }) => {
      symlinkSync(`/proc/self/root${folder}/secret`, join(context, 'link'));
      return 'COPY link /stolen\n';
    },
  };

  for (const [what, prepare] of Object.entries(escapes))
    it(`does not let out: ${what}`, async () => {
      mkdirSync(place.context, { recursive: true });
      const steps = prepare(place);
      const look = 'RUN grep -rl outsi[d]e /stolen 2>/dev/null && exit 9 || true\n';
      const outcome = await place.build(`FROM busybox\n${steps}${look}`);
      assert.doesNotMatch(outcome.stderr, /exit code: 9/);
      if (outcome.code !== 0)
        assertRefused(outcome, 1, /Dockerfile:2:1: /, /not found|outside|link/, /hint: /);
    });

  it('has no Dockerfile outside by a link', async () => {
    mkdirSync(place.context, { recursive: true });
    writeFileSync(join(place.folder, 'Real'), 'FROM busybox\nRUN exit 9\n');
    symlinkSync('../Real', join(place.context, 'Dockerfile'));
    const outcome = await place.caisson(['build', place.context]);
    assert.notEqual(outcome.code, 0);
  });

  it('is read without waiting for pipes, and without copying devices and sockets', {
    timeout: 30_000,
  }, async () => {
    mkdirSync(place.context, { recursive: true });
    execFileSync('mkfifo', [join(place.context, 'pipe')]);
    execFileSync('mknod', [join(place.context, 'device'), 'c', '1', '5']);
    const outcome = await place.build('FROM busybox\nCOPY . /all\nRUN ls -l /all\n');
    if (outcome.code !== 0) assertRefused(outcome, 1, /Dockerfile:2:1: /, /pipe|device/);
    await assertClean(place);
  });

  it('whose file vanishes or grows while it is copied makes no broken image', async () => {
    mkdirSync(place.context, { recursive: true });
    place.write(Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, `${at}`])));
    const building = place.build('FROM busybox\nCOPY . /all\n');
    for (let at = 0; at < 500; at++) rmSync(join(place.context, `f${499 - at}`), { force: true });
    const outcome = await building;
    if (outcome.code !== 0) assertRefused(outcome, 1, /not found|no such file|changed/i);
    await assertClean(place);
  });

  it('that may not be read is told about', async () => {
    place.write({ Dockerfile: 'FROM busybox\nCOPY . /\n', 'private/x': 'x' });
    execFileSync('chmod', ['000', join(place.context, 'private')]);
    // Root reads everything; without its powers the folder is closed.
    const outcome = await asNobody(place, ['build', place.context]);
    assertRefused(outcome, 1, /private/, /permission|EACCES|denied|read/i);
  });
});

async function asNobody(place: Place, args: readonly string[]) {
  const { execa } = await import('execa');
  const { program } = await import('./killing.ts');
  const { exitCode, stdout, stderr } = await execa(
    'setpriv',
    ['--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all', program, ...args],
    { reject: false, env: { CAISSON_ROOT: place.root } },
  );
  return { code: exitCode ?? -1, stdout, stderr };
}
