// A full disk: said so, nothing half-made is left, and all is well once there is room again.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { archiveOf } from '../oci/tar/archive.ts';
import { cannotRunContainers, type Outcome } from '../support/index.ts';
import { onSmallDisk } from './disk.ts';
import { dockerArchive } from './image-tar.ts';
import { assertClean, assertRefused, type Place } from './place.ts';

const MIB = 1 << 20;
const large = Buffer.alloc(80 * MIB, 'x');

interface Work {
  readonly what: string;
  readonly prepare?: (place: Place) => void;
  readonly work: (place: Place) => ReturnType<Place['caisson']>;
}

const works: readonly Work[] = [
  {
    what: 'RUN',
    work: (place) => place.build('FROM busybox\nRUN dd if=/dev/zero of=/large bs=1M count=80\n', '-t', 'big'),
  },
  {
    what: 'COPY',
    prepare: (place) => place.write({ large }),
    work: (place) => place.build('FROM busybox\nCOPY large /large\n', '-t', 'big'),
  },
  {
    what: 'COPY of many files',
    prepare: (place) =>
      place.write(
        Object.fromEntries(
          Array.from({ length: 200 }, (_, at) => [`many/${at}`, large.subarray(0, MIB / 2 + at)]),
        ),
      ),
    work: (place) => place.build('FROM busybox\nCOPY many /many\n', '-t', 'big'),
  },
  {
    what: 'ADD of an archive',
    prepare: (place) => place.write({ 'large.tar': archiveOf({ name: 'large', content: large }) }),
    work: (place) => place.build('FROM busybox\nADD large.tar /\n', '-t', 'big'),
  },
  {
    what: 'import',
    prepare: ({ folder }) =>
      writeFileSync(join(folder, 'a.tar'), archiveOf({ name: 'large', content: large })),
    work: (place) => place.caisson(['import', join(place.folder, 'a.tar'), 'big']),
  },
  {
    what: 'load',
    prepare: ({ folder }) =>
      writeFileSync(
        join(folder, 'a.tar'),
        dockerArchive('big', archiveOf({ name: 'large', content: large })),
      ),
    work: (place) => place.caisson(['load', '-i', join(place.folder, 'a.tar')]),
  },
];

describe('a full disk', { skip: cannotRunContainers }, () => {
  for (const { what, prepare, work } of works)
    it(`is told, and leaves nothing behind: ${what}`, () =>
      onSmallDisk(64, async (place) => {
        prepare?.(place);
        const before = freeBlocks(place.root);
        assertRefused(await work(place), 1, diskOf(place), /space/i, /hint: .*(prune|--root)/i);
        assert.doesNotMatch(await place.ok(['images']), /big/);
        await assertClean(place);
        assert.ok(
          before - freeBlocks(place.root) < 256,
          `${before - freeBlocks(place.root)} blocks are lost`,
        );
        assertBuilt(await place.build('FROM busybox\nRUN echo works\n'));
      }));

  it('that is full to the last block lets itself be read and freed, and then works again', () =>
    onSmallDisk(48, async (place) => {
      assertBuilt(await place.build('FROM busybox\nRUN dd if=/dev/zero of=/m bs=1M count=8\n', '-t', 'old'));
      const filler = join(place.root, '..', 'filler');
      fill(filler);
      const large = 'FROM busybox\nRUN dd if=/dev/zero of=/large bs=1M count=20\n';
      assertRefused(await place.build(large), 1, diskOf(place), /space/i);
      assert.match(await place.ok(['images']), /old/);
      await place.ok(['rmi', 'old']);
      await place.ok(['prune', '-f']);
      rmSync(filler);
      await assertClean(place);
      assertBuilt(await place.build('FROM busybox\nRUN echo new\n'));
    }));
});

function assertBuilt({ code, stderr }: Outcome): void {
  assert.equal(code, 0, stderr);
}

function diskOf({ root }: Place): RegExp {
  return new RegExp(root);
}

function freeBlocks(path: string): number {
  return Number(execFileSync('stat', ['-f', '-c', '%a', path], { encoding: 'utf8' }));
}

function fill(path: string): void {
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${path}`, 'bs=4k'], { stdio: 'ignore' });
  } catch {
    // It ends with the disk.
  }
}
