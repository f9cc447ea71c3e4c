// Commands other than build, killed at any moment: the store stays whole and nothing is left on the host.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { archiveOf } from '../oci/tar/archive.ts';
import { cannotRunContainers } from '../support/index.ts';
import { assertSound, program, randomFrom } from './killing.ts';
import { inPlace, type Place } from './place.ts';

const KILLS = 5;
const seed = Number(process.env['CAISSON_SEED'] ?? Date.now() % 1_000_000);

interface Command {
  readonly args: (place: Place) => readonly string[];
  /** Makes what the command works on, as often as it needs. */
  readonly prepare?: (place: Place) => Promise<unknown>;
  /** What must be right after it has run to its end, however often it was killed before. */
  readonly proof: (place: Place) => Promise<void>;
}

const built = (place: Place) => place.build('FROM busybox\nRUN seq 5 >/x\nRUN seq 6 >/y\n', '-t', 'victim');
const created = async (place: Place) => {
  await place.caisson(['rm', '-f', 'victim']);
  await place.ok(['create', '--name', 'victim', 'busybox', 'true']);
};
const hasImage = async (place: Place, name: string) =>
  assert.equal(
    (await place.ok(['run', '--rm', '--network', 'none', name, '/bin/busybox', 'echo', 'ok'])).trim(),
    'ok',
  );

const commands: Readonly<Record<string, Command>> = {
  load: {
    args: ({ folder }) => ['load', '-i', join(folder, 'image.tar')],
    prepare: async (place) => {
      await place.ok(['tag', 'busybox', 'loaded']);
      await place.ok(['save', '--format', 'docker-archive', '-o', join(place.folder, 'image.tar'), 'loaded']);
      await place.ok(['rmi', 'loaded']);
    },
    proof: (place) => hasImage(place, 'loaded'),
  },
  import: {
    args: ({ folder }) => ['import', join(folder, 'files.tar'), 'imported'],
    prepare: async ({ folder }) => {
      const members = Array.from({ length: 1000 }, (_, at) => ({ name: `f${at}`, content: `${at}` }));
      writeFileSync(join(folder, 'files.tar'), archiveOf(...members));
    },
    proof: async (place) => assert.match(await place.ok(['images']), /imported/),
  },
  rmi: {
    args: () => ['rmi', '-f', 'victim'],
    prepare: built,
    proof: async (place) => assert.doesNotMatch(await place.ok(['images']), /victim/),
  },
  prune: {
    args: () => ['prune', '-f'],
    prepare: async (place) => {
      if (!(await place.ok(['ps', '-a'])).includes('keeper'))
        await place.ok(['create', '--name', 'keeper', 'busybox', 'true']);
      await built(place);
    },
    proof: (place) => hasImage(place, 'busybox'),
  },
  run: {
    args: () => ['run', '--rm', 'busybox', 'sleep', '0.05'],
    proof: (place) => hasImage(place, 'busybox'),
  },
  'run -d': {
    args: () => ['run', '-d', '--rm', '-p', '127.0.0.1::80', 'busybox', 'sleep', '0.2'],
    proof: (place) => hasImage(place, 'busybox'),
  },
  rm: {
    args: () => ['rm', '-f', 'victim'],
    prepare: created,
    proof: async (place) => assert.doesNotMatch(await place.ok(['ps', '-a']), /victim/),
  },
};

describe('a command that is killed', { skip: cannotRunContainers, timeout: 300_000 }, () => {
  for (const [name, command] of Object.entries(commands))
    it(`${name}, ${KILLS} times (CAISSON_SEED=${seed})`, () =>
      inPlace(async (place) => {
        await killManyTimes(place, command, name);
      }));
});

async function killManyTimes(place: Place, command: Command, name: string): Promise<void> {
  const random = randomFrom(seed);
  await command.prepare?.(place);
  const begin = Date.now();
  await place.caisson(command.args(place));
  const span = Date.now() - begin;
  for (let kill = 0; kill < KILLS; kill++) {
    await command.prepare?.(place);
    const delay = random() * span;
    await killed(place, command.args(place), delay);
    if (name.startsWith('run')) await sleep(300);
    if (kill === KILLS - 1) await assertSound(place, `${name}: killed after ${delay} ms`);
  }
  await command.prepare?.(place);
  const last = await place.caisson(command.args(place));
  assert.equal(last.code, 0, last.stderr);
  await command.proof(place);
}

async function killed(place: Place, args: readonly string[], delay: number): Promise<void> {
  const child = spawn(program, args, { env: { ...process.env, CAISSON_ROOT: place.root }, stdio: 'ignore' });
  const closed = once(child, 'close');
  await sleep(delay);
  child.kill('SIGKILL');
  await closed;
}
