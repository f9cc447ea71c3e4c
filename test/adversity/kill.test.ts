// Builds killed at any moment: the store stays whole, nothing is left mounted or running, and the next build is right.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { archiveOf } from '../oci/tar/archive.ts';
import { cannotRunContainers } from '../support/index.ts';
import { assertSound, killLaunchers, program, randomFrom } from './killing.ts';
import { leaksOf, runDirectoryOf } from './leaks.ts';
import { assertRefused, inPlace, type Place } from './place.ts';

const KILLS = 50;
const seed = Number(process.env['CAISSON_SEED'] ?? Date.now() % 1_000_000);

/** Each makes /result, whose content is known; `salt` keeps their steps out of the cache. */
const dockerfiles: readonly ((salt: string) => string)[] = [
  (salt) =>
    ['FROM busybox', `ENV SALT=${salt}`, ...steps(6, 'echo %d >>/log'), 'RUN wc -l </log >/result'].join(
      '\n',
    ),
  (salt) =>
    `FROM busybox\nENV SALT=${salt}\nRUN true\nCOPY tree /tree-${salt}\nRUN find /tree-* -type f | wc -l >/result\n`,
  (salt) =>
    [
      'FROM busybox AS one',
      `RUN echo ${salt}; dd if=/dev/zero of=/one bs=1M count=8`,
      'FROM busybox AS two',
      `RUN echo ${salt}; seq 1000 >/two`,
      'FROM busybox',
      'COPY --from=one /one /one',
      'COPY --from=two /two /two',
      'RUN cat /one /two | wc -c >/result',
    ].join('\n'),
  (salt) =>
    `FROM busybox\nENV SALT=${salt}\nRUN true\nADD files.tar /files\nRUN ls /files | wc -l >/result\n`,
];
const results = ['6', '2000', '8392501', '500'];

function steps(count: number, command: string): readonly string[] {
  return Array.from({ length: count }, (_, at) => `RUN ${command.replace('%d', String(at))}`);
}

describe('a build that is killed', { skip: cannotRunContainers, timeout: 300_000 }, () => {
  it(`${KILLS} times at random moments (CAISSON_SEED=${seed})`, () => inPlace(killManyTimes));

  it('in a step is in the way of no reset', () => inPlace(resetAfterKill));
});

async function resetAfterKill(place: Place): Promise<void> {
  place.write({ Dockerfile: 'FROM busybox\nRUN sleep 47\n' });
  const child = spawn(program, ['build', place.context], {
    env: { ...process.env, CAISSON_ROOT: place.root },
    stdio: 'ignore',
  });
  const closed = once(child, 'close');
  const runDirectory = runDirectoryOf(place.root);
  try {
    const deadline = Date.now() + 20_000;
    while (!hasMounts(runDirectory) && Date.now() < deadline) await sleep(10);
    const early = await place.caisson(['system', 'reset', '--force']);
    assertRefused(early, 1, /A build is running/, /hint: End it/);
    assert.match(await place.ok(['images']), /busybox/);
  } finally {
    child.kill('SIGKILL');
    await closed;
  }
  assert.ok(hasMounts(runDirectory), 'the kill left a network namespace');
  await place.ok(['system', 'reset', '--force']);
  assert.deepEqual([readdirSync(place.root), existsSync(runDirectory)], [[], false]);
}

function hasMounts(folder: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${folder}/`);
}

async function killManyTimes(place: Place): Promise<void> {
  fillContext(place);
  const random = randomFrom(seed);
  const spans = await Promise.all(dockerfiles.map(() => 0));
  for (const [at] of dockerfiles.entries()) spans[at] = await fullBuild(place, at, 'whole');
  let interrupted = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const at = kill % dockerfiles.length;
    const delay = random() * (spans[at] ?? 0);
    const launchersToo = random() < 0.3;
    if (await killedBuild(place, at, `kill${kill}`, delay, launchersToo)) interrupted++;
    if (kill % 5 === 4) await assertSound(place, `kill ${kill} after ${delay} ms of ${at}`);
  }
  assert.ok(interrupted > KILLS / 2, `only ${interrupted} builds were cut short`);
  for (const [at] of dockerfiles.entries()) await fullBuild(place, at, `kill${KILLS - 1}`);
  assert.deepEqual(await leaksOf(place.root), []);
  const { stdout } = await place.caisson(['system', 'check']);
  assert.match(stdout, /nothing is wrong/);
}

function fillContext({ context, write }: Place): void {
  const tree = join(context, 'tree');
  for (let folder = 0; folder < 20; folder++) {
    mkdirSync(join(tree, `d${folder}`), { recursive: true });
    for (let file = 0; file < 100; file++)
      writeFileSync(join(tree, `d${folder}`, `f${file}`), `${folder} ${file}\n`);
  }
  const members = Array.from({ length: 500 }, (_, at) => ({ name: `f${at}`, content: 'x'.repeat(5000) }));
  write({ 'files.tar': archiveOf(...members) });
}

/** Builds to the end and looks at the result; returns how long that took in milliseconds. */
async function fullBuild(place: Place, at: number, salt: string): Promise<number> {
  const begin = Date.now();
  const outcome = await place.build(dockerfiles[at]?.(salt) ?? '', '-t', `full${at}`);
  const span = Date.now() - begin;
  assert.equal(outcome.code, 0, outcome.stderr);
  const result = await place.ok(['run', '--rm', '--network', 'none', `full${at}`, 'cat', '/result']);
  assert.equal(result.trim(), results[at]);
  return span;
}

/** Starts a build and kills it after `delay` milliseconds; false when it had ended by then. */
async function killedBuild(
  place: Place,
  at: number,
  salt: string,
  delay: number,
  launchersToo: boolean,
): Promise<boolean> {
  place.write({ Dockerfile: dockerfiles[at]?.(salt) ?? '' });
  const child = spawn(program, ['build', '-t', 'killed', place.context], {
    env: { ...process.env, CAISSON_ROOT: place.root },
    stdio: 'ignore',
  });
  const closed = once(child, 'close');
  await sleep(delay);
  if (launchersToo) killLaunchers(child.pid ?? 0);
  child.kill('SIGKILL');
  const [, signal] = await closed;
  return signal === 'SIGKILL';
}
