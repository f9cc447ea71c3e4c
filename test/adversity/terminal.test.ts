// What builds and images say cannot steer the terminal of who builds.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { cannotRunContainers } from '../support/index.ts';
import { dockerArchive } from './image-tar.ts';
import { program } from './killing.ts';
import { assertHarmless, assertRefused, openPlace, type Place } from './place.ts';

/** Sets the title, clears the screen, asks for an answer, C1 forms of the same, moves back. */
const evil = '\u001b]0;owned\u0007\u001b[2J\u001b[6n\u009b2J\u009d0;owned\u009c\u001bPq\u001b\\\b\b';
const octal = "'\\033]0;owned\\007\\033[2J\\033[6n\\302\\2332J'";

describe('escape sequences', { skip: cannotRunContainers }, () => {
  let place: Place;
  before(async () => {
    place = await openPlace();
  });
  after(() => place[Symbol.asyncDispose]());

  const output = async (dockerfile: string): Promise<string> => {
    const { stdout, stderr } = await place.build(dockerfile);
    return stdout + stderr;
  };

  it("in a step's output do not reach the terminal", async () => {
    const text = await output(`FROM busybox\nRUN printf ${octal}; printf 'x\\r\\033[31mlast\\n' >&2\n`);
    assertHarmless(text);
    assert.match(text, /last/);
  });

  it("in a failing step's output and text do not reach the terminal", async () => {
    const outcome = await place.build(`FROM busybox\nRUN printf ${octal}; : ${evil}; exit 3\n`);
    assertRefused(outcome, 1, /exit code: 3/);
  });

  it('in instructions, stage names, files and arguments do not reach the terminal', async () => {
    for (const dockerfile of [
      `FROM busybox\nRUN : ${evil}\n`,
      `FROM busybox\nCOPY "${evil}" /\n`,
      `FROM busybox\nLABEL a="${evil}"\nWORKDIR "/${evil}"\nRUN true\n`,
      `FROM busybox AS ${evil}\n`,
      `FROM ${evil}\n`,
      `${evil} x\n`,
      `# syntax=${evil}\n# escape=${evil}\nFROM busybox\n`,
      `FROM busybox\nCOPY --from=${evil} a b\n`,
      `FROM busybox\nUSER "${evil}"\nRUN true\n`,
      `FROM busybox\nEXPOSE ${evil}\n`,
      `FROM busybox\nHEALTHCHECK --interval=${evil} CMD true\n`,
      `FROM busybox\nRUN --mount=type=${evil} true\n`,
      `FROM busybox\nRUN --${evil} true\n`,
    ])
      assertHarmless(await output(dockerfile));
  });

  it('in names of files do not reach the terminal', async () => {
    place.write({ [`d/${evil.replaceAll('/', '')}`]: 'x' });
    assertHarmless(await output('FROM busybox\nCOPY d /d\nCOPY d/* /\n'));
    const name = join(place.folder, `no${evil}`);
    for (const args of [
      ['build', name],
      ['load', '-i', name],
      ['import', name],
      ['build', '-f', name, place.context],
    ])
      assertRefused(await place.caisson(args), 1);
  });

  it('in the history and config of an image do not reach the terminal', async () => {
    const path = join(place.folder, 'evil.tar');
    const config = { Cmd: [evil], Env: [`A=${evil}`], Labels: { [evil]: evil }, WorkingDir: `/${evil}` };
    writeFileSync(path, dockerArchive('evil', Buffer.alloc(1024), undefined, config));
    const loaded = await place.caisson(['load', '-i', path]);
    assertHarmless(loaded.stdout + loaded.stderr);
    await place.build(`FROM busybox\nRUN : ${evil}\n`, '-t', 'evil2');
    await place.caisson(['create', '--name', 'evil', 'busybox', `echo${evil}`]);
    for (const args of [
      ['history', 'evil2'],
      ['history', '--no-trunc', 'evil2'],
      ['images'],
      ['ps', '-a', '--no-trunc'],
      ['inspect', 'evil2'],
      ['inspect', 'evil'],
      ['du'],
    ]) {
      const { stdout, stderr } = await place.caisson(args);
      assertHarmless(stdout + stderr);
    }
    await place.ok(['rm', 'evil']);
  });

  it('do not reach the terminal from the view of a terminal', async () => {
    place.write({ Dockerfile: `FROM busybox AS one\nRUN : ${evil}; printf ${octal}; sleep 1; exit 4\n` });
    const { stdout } = await execa(
      'script',
      ['-qec', `stty cols 100 rows 40; ${program} build --progress tui ${place.context}`, '/dev/null'],
      {
        reject: false,
        input: '',
        env: { CAISSON_ROOT: place.root, TERM: 'xterm-256color', CI: '' },
      },
    );
    assert.match(stdout, /exit code: 4/);
    assert.doesNotMatch(
      stdout,
      /owned\u0007|\u001b\]0;|\u001b\[6n|\u009b|\u009d|\u001bP/,
      JSON.stringify(stdout),
    );
  });
});
