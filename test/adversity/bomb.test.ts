// Archives that unpack to more than there is room for.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createWriteStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, it } from 'node:test';
import { createGzip } from 'node:zlib';
import { archiveOf, memberBytes } from '../oci/tar/archive.ts';
import { cannotRunContainers } from '../support/index.ts';
import { onSmallDisk } from './disk.ts';
import { assertClean, assertRefused } from './place.ts';

const MIB = 1 << 20;
const BOMB = 400;

describe('a bomb', { skip: cannotRunContainers }, () => {
  it('ends where the disk ends, and leaves it as it was', () =>
    onSmallDisk(64, async (place) => {
      const bomb = join(place.context, 'bomb.tar.gz');
      await writeBomb(bomb);
      const free = () => Number(execFileSync('stat', ['-f', '-c', '%a', place.root], { encoding: 'utf8' }));
      const before = free();
      assertRefused(await place.build('FROM scratch\nADD bomb.tar.gz /\n'), 1, /room|space/i, /hint: /);
      assertRefused(await place.caisson(['import', bomb, 'bomb']), 1, /room|space/i, /hint: /);
      assertRefused(await place.caisson(['load', '-i', bomb]), 1, /hint: /);
      assert.deepEqual(readdirSync(join(place.root, 'ingest')), []);
      assert.ok(before - free() < 256, `${before - free()} blocks are lost`);
      await assertClean(place);
    }));
});

/** 400 MiB of zeros in less than one. */
async function writeBomb(path: string): Promise<void> {
  const header = memberBytes({ name: 'zeros', size: BOMB * MIB });
  const parts = function* () {
    yield header;
    for (let at = 0; at < BOMB; at++) yield Buffer.alloc(MIB);
    yield archiveOf();
  };
  await pipeline(Readable.from(parts()), createGzip({ level: 1 }), createWriteStream(path));
}
