// A full disk: said so, nothing half-made is left, and all is well once there is room again.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mediaTypes, sha256 } from '../../src/oci/index.ts';
import { archiveOf } from '../oci/tar/archive.ts';
import { serveHttp, type TestServer } from '../support/http-server.ts';
import { cannotRunContainers, type Outcome, testRoot } from '../support/index.ts';
import { inSmallMemory, onSmallDisk } from './disk.ts';
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

describe('the first command on a disk that is too small', { skip: cannotRunContainers }, () => {
  it('is told so when it pulls, and leaves a root that can be used', () =>
    inSmallMemory(12, async (folder) => {
      await using registry = await registryWith(large);
      await using root = await testRoot([], folder);
      const image = `${new URL(registry.url).host}/big:1`;
      for (let attempt = 0; attempt < 3; attempt++)
        assertRefused(await root.caisson(['pull', image]), 1, /No space is left/, /hint: /);
      assert.equal(await root.ok(['images', '-q']), '');
      await root.ok(['prune', '-af']);
      assert.deepEqual(readdirSync(join(root.root, 'partial')), []);
      await assertClean(root);
      await root.ok(['volume', 'create', 'data']);
    }));

  it('is told so when it loads, and leaves a root that can be reset', () =>
    inSmallMemory(12, async (folder) => {
      await using root = await testRoot([], folder);
      const archive = dockerArchive('big', archiveOf({ name: 'large', content: large }));
      await inFile(archive, async (path) => {
        assertRefused(await root.caisson(['load', '-i', path]), 1, /no space is left/i, /hint: /);
      });
      fill(join(folder, 'filler'));
      await root.ok(['images']);
      await root.ok(['system', 'reset', '--force']);
      assert.deepEqual(readdirSync(root.root), []);
    }));

  it('lets itself be reset though there is no room for any record', () =>
    inSmallMemory(12, async (folder) => {
      await using root = await testRoot(['busybox'], folder);
      rmSync(join(root.root, 'reserve'));
      fill(join(folder, 'filler'));
      const refused = await root.caisson(['prune', '-af']);
      assertRefused(refused, 1, /No space is left/, /hint: .*`caisson system reset`/);
      assert.match(await root.ok(['images']), /busybox/);
      await root.ok(['system', 'reset', '--force']);
      assert.deepEqual(readdirSync(root.root), []);
    }));
});

/** A registry whose one image has `layer`, as it is, for its layer. */
async function registryWith(layer: Buffer): Promise<TestServer> {
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [sha256(layer)] },
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: { mediaType: mediaTypes.ociConfig, digest: sha256(config), size: config.length },
      layers: [{ mediaType: mediaTypes.ociLayer, digest: sha256(layer), size: layer.length }],
    }),
  );
  const json = { 'content-type': mediaTypes.ociManifest };
  return serveHttp({
    '/v2/': (_, response) => response.end('{}'),
    '/v2/big/manifests/1': (_, response) => response.writeHead(200, json).end(manifest),
    [`/v2/big/manifests/${sha256(manifest)}`]: (_, response) => response.writeHead(200, json).end(manifest),
    [`/v2/big/blobs/${sha256(config)}`]: (_, response) => response.end(config),
    [`/v2/big/blobs/${sha256(layer)}`]: (_, response) => response.end(layer),
  });
}

async function inFile(content: Buffer, work: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync('/var/tmp/caisson-file-');
  try {
    writeFileSync(join(folder, 'file'), content);
    await work(join(folder, 'file'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

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
