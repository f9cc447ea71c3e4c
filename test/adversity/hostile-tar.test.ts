// Hostile archives for load, import and ADD: refused or tamed, nothing outside is touched, nothing is left.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { archiveOf, type Member } from '../oci/tar/archive.ts';
import { cannotRunContainers } from '../support/index.ts';
import { dockerArchive } from './image-tar.ts';
import { assertClean, assertRefused, openPlace, type Place } from './place.ts';

const outside = '/var/tmp/caisson-adversity-outside';
const climbing = `../../../../../../../../../..${outside}`;

interface Case {
  readonly what: string;
  readonly members: readonly Member[];
  /** The message when it is refused; else where the content must be instead. */
  readonly refused?: RegExp;
  readonly lands?: string;
}

const cases: readonly Case[] = [
  { what: 'an absolute name', members: [{ name: `${outside}`, content: 'x' }], lands: outside },
  {
    what: 'a name that climbs',
    members: [{ name: climbing, content: 'x' }],
    refused: /"?\.\.\/|climbs|outside|leaves/,
  },
  {
    what: 'a file through a planted symlink',
    members: [
      { name: 'evil', type: 'symlink', linkName: '/var/tmp' },
      { name: 'evil/caisson-adversity-outside', content: 'x' },
    ],
    lands: outside,
  },
  {
    what: 'a hard link to a file of the host',
    members: [{ name: 'evil', type: 'link', linkName: '/etc/hostname' }],
    refused: /link/,
  },
  {
    what: 'a hard link that climbs',
    members: [{ name: 'evil', type: 'link', linkName: '../../../../../etc/hostname' }],
    refused: /\.\.|link/,
  },
  {
    what: 'links in a circle',
    members: [
      { name: 'a', type: 'symlink', linkName: 'b' },
      { name: 'b', type: 'symlink', linkName: 'a' },
      { name: 'a/x', content: 'x' },
    ],
    refused: /link/,
  },
  {
    what: 'the same name twice',
    members: [
      { name: 'twice', content: 'first' },
      { name: 'twice', content: 'second' },
    ],
    lands: '/twice',
  },
  {
    what: 'a file used as a folder',
    members: [
      { name: 'f', content: 'x' },
      { name: 'f/g', content: 'x' },
    ],
    refused: /"?f"?/,
  },
];

describe('a hostile archive', { skip: cannotRunContainers }, () => {
  let place: Place;
  before(async () => {
    place = await openPlace();
  });
  after(() => place[Symbol.asyncDispose]());

  const file = (bytes: Buffer): string => {
    const path = join(place.folder, 'hostile.tar');
    writeFileSync(path, bytes);
    return path;
  };
  const ways: Readonly<Record<string, (bytes: Buffer) => ReturnType<Place['caisson']>>> = {
    import: (bytes) => place.caisson(['import', file(bytes), 'hostile']),
    load: (bytes) => place.caisson(['load', '-i', file(dockerArchive('hostile', bytes))]),
    add: (bytes) => {
      place.write({ 'a.tar': bytes });
      return place.build('FROM scratch\nADD a.tar /\n', '-t', 'hostile');
    },
  };

  for (const [way, bring] of Object.entries(ways))
    for (const { what, members, refused, lands } of cases)
      it(`by ${way}: ${what}`, async () => {
        await place.caisson(['rmi', '-f', 'hostile']);
        const outcome = await bring(archiveOf(...members));
        assert.equal(existsSync(outside), false);
        if (refused) {
          assertRefused(outcome, 1, refused);
          assert.doesNotMatch(await place.ok(['images']), /hostile/);
        } else {
          assert.equal(outcome.code, 0, outcome.stderr);
          await assertHolds(place, lands ?? '', members.at(-1)?.content?.toString() ?? '');
        }
        await assertClean(place);
      });

  for (const [way, bring] of Object.entries(ways)) {
    it(`by ${way}: cut short`, async () => {
      await place.caisson(['rmi', '-f', 'hostile']);
      const whole = archiveOf({ name: 'a', content: 'x'.repeat(100_000) });
      assertRefused(await bring(whole.subarray(0, 50_000)), 1, /ends|cut|truncated|unexpected/i);
      assert.doesNotMatch(await place.ok(['images']), /hostile/);
      await assertClean(place);
    });

    it(`by ${way}: compressed and cut short`, async () => {
      const noise = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * at * 31) % 251));
      const whole = gzipSync(archiveOf({ name: 'a', content: noise }));
      if (way === 'add') return;
      assertRefused(await bring(whole.subarray(0, whole.length >> 1)), 1, /ends|cut|truncated|unexpected/i);
      await assertClean(place);
    });

    it(`by ${way}: device nodes stay in the image`, async () => {
      await place.caisson(['rmi', '-f', 'hostile']);
      const outcome = await bring(
        archiveOf({ name: 'disk', type: 'block', deviceMajor: 254, deviceMinor: 0, mode: 0o666 }),
      );
      assert.equal(outcome.code, 0, outcome.stderr);
      place.write({ x: 'x' });
      const built = await place.build(
        'FROM busybox\nCOPY --from=hostile / /\nRUN ! dd if=/disk of=/dev/null bs=1 count=1\n',
      );
      assert.equal(built.code, 0, built.stderr);
    });
  }

  it('whose layer is not what its digest says is refused', async () => {
    const layer = archiveOf({ name: 'a', content: 'x' });
    const wrong = createHash('sha256').update('something else').digest('hex');
    const outcome = await place.caisson(['load', '-i', file(dockerArchive('hostile', layer, wrong))]);
    assertRefused(outcome, 1, new RegExp(wrong.slice(0, 12)), /hint: /);
    await assertClean(place);
  });

  it('that is no archive is refused', async () => {
    const junk = Buffer.from('this is no tar\n'.repeat(1000));
    assertRefused(await place.caisson(['load', '-i', file(junk)]), 1, /hint: /);
    assertRefused(await place.caisson(['import', file(junk), 'hostile']), 1, /hint: /);
    assertRefused(await place.caisson(['import', file(Buffer.alloc(0)), 'hostile']), 1, /hint: /);
    assertRefused(await place.caisson(['load', '-i', '/no/such.tar']), 1, /\/no\/such\.tar/);
    assertRefused(await place.caisson(['load', '-i', '/dev/null']), 1, /hint: /);
    assert.deepEqual(readdirSync(join(place.root, 'ingest')), []);
  });
});

/** The image has a file at `path` with this content. */
async function assertHolds(place: Place, path: string, content: string): Promise<void> {
  const step = `RUN test "$(cat /found)" = ${content}`;
  const { code, stderr } = await place.build(`FROM busybox\nCOPY --from=hostile ${path} /found\n${step}\n`);
  assert.equal(code, 0, stderr);
}
