// Caches that are damaged or lie: told, left aside, and nothing of them in the store.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../../../src/oci/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, openWorkbench } from '../solve/workbench.ts';
import { fromLocal, type Machines, openMachines, toLocal } from './caches.ts';

interface Listed {
  digest: string;
  size: number;
  mediaType: string;
}

interface Manifest {
  config: Listed;
  layers: Listed[];
}

interface Config {
  layers: { blob: string; diffId: string }[];
  records: { key: string; parts: Record<string, string>; layers: number[] }[];
  links: Record<string, string>;
  mounts: object[];
}

/** A cache's folder, to be changed: blobs by digest, and the way down from the index. */
interface Cache {
  readonly folder: string;
  readonly path: (digest: string) => string;
  readonly root: () => Listed;
  readonly manifest: () => Manifest;
  readonly config: () => Config;
  /** Put changed ones in, with all digests right. */
  readonly putConfig: (text: string) => void;
  readonly putManifest: (text: string) => void;
}

function openCache(folder: string): Cache {
  const path = (digest: string): string => join(folder, 'blobs/sha256', digest.slice(7));
  const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
  const root = (): Listed => last(json<{ manifests: Listed[] }>(join(folder, 'index.json')).manifests);
  const manifest = (): Manifest => json(path(root().digest));
  const put = (text: string): { digest: string; size: number } => {
    const digest = sha256(text);
    writeFileSync(path(digest), text);
    return { digest, size: Buffer.byteLength(text) };
  };
  const putManifest = (text: string): void => {
    const manifests = [{ ...root(), ...put(text) }];
    writeFileSync(join(folder, 'index.json'), JSON.stringify({ manifests }));
  };
  return {
    folder,
    path,
    root,
    manifest,
    config: () => json(path(manifest().config.digest)),
    putManifest,
    putConfig(text) {
      const changed = manifest();
      Object.assign(changed.config, put(text));
      putManifest(JSON.stringify(changed));
    },
  };
}

function last<T>(list: readonly T[]): T {
  const found = list.at(-1);
  assert.ok(found);
  return found;
}

/** The tar of another layer in the place of the last one: digest and size are right, the diffID is not. */
function swapLastLayer(cache: Cache): void {
  const bytes = gzipSync(Buffer.alloc(1024));
  writeFileSync(cache.path(sha256(bytes)), bytes);
  const [manifest, config] = [cache.manifest(), cache.config()];
  Object.assign(last(manifest.layers), { digest: sha256(bytes), size: bytes.length });
  Object.assign(last(config.layers), { blob: sha256(bytes) });
  cache.putManifest(JSON.stringify(manifest));
  cache.putConfig(JSON.stringify(config));
}

function changeConfig(cache: Cache, change: (config: Config) => unknown): void {
  const config = cache.config();
  change(config);
  cache.putConfig(JSON.stringify(config));
}

const lastBlob = (cache: Cache): string => cache.path(last(cache.manifest().layers).digest);

/** What is done to the cache, and what is said of it. */
const cases: Readonly<Record<string, readonly [(cache: Cache) => unknown, RegExp]>> = {
  'no folder': [({ folder }) => rmSync(folder, { recursive: true }), /index\.json" is missing/],
  'no JSON': [({ folder }) => writeFileSync(join(folder, 'index.json'), '{'), /it is no JSON/],
  'another tag': [
    ({ folder }) => {
      const path = join(folder, 'index.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('latest', 'other'));
    },
    /it has no cache tagged "latest"/,
  ],
  'an endless index': [
    ({ folder }) => {
      rmSync(join(folder, 'index.json'));
      symlinkSync('/dev/zero', join(folder, 'index.json'));
    },
    /index\.json" cannot be opened/,
  ],
  'a folder for an index': [
    ({ folder }) => {
      rmSync(join(folder, 'index.json'));
      mkdirSync(join(folder, 'index.json'));
    },
    /is no regular file/,
  ],
  'a huge index': [({ folder }) => truncateSync(join(folder, 'index.json'), 1 << 30), /bytes; at most/],
  'a manifest with other content': [
    (cache) => {
      writeFileSync(cache.path(cache.root().digest), '{}');
    },
    /has other content than its digest says/,
  ],
  'no config': [(cache) => rmSync(cache.path(cache.manifest().config.digest)), /is missing/],
  'a huge config': [
    (cache) => truncateSync(cache.path(cache.manifest().config.digest), 1 << 30),
    /bytes; at most/,
  ],
  'too many records': [
    (cache) => cache.putConfig(JSON.stringify({ ...cache.config(), records: Array(100_001).fill({}) })),
    /more than 100000 records/,
  ],
  'nested lists': [
    (cache) => cache.putConfig(`${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`),
    /it is no JSON|should be a JSON object/,
  ],
  'layers that the manifest does not list': [
    (cache) => cache.putManifest(JSON.stringify({ ...cache.manifest(), layers: [] })),
    /does not list the layer/,
  ],
  'a layer that is none': [
    (cache) => {
      const manifest = cache.manifest();
      Object.assign(last(manifest.layers), { mediaType: 'text/html' });
      cache.putManifest(JSON.stringify(manifest));
    },
    /"text\/html" is no type of layers/,
  ],
  'a place that is not there': [
    (cache) => changeConfig(cache, (config) => Object.assign(last(config.records), { layers: [99] })),
    /names layers that are not listed/,
  ],
  'layers in another order': [
    (cache) => changeConfig(cache, (config) => config.layers.reverse()),
    /other layers than its chain says/,
  ],
  'a key of other parts': [
    (cache) => changeConfig(cache, (config) => Object.assign(last(config.records).parts, { cwd: '/other' })),
    /another key than its parts give/,
  ],
  'a link to no key': [
    (cache) => changeConfig(cache, (config) => Object.assign(config.links, { '../..': 'x' })),
    /is linked to no key/,
  ],
  'an id with control characters': [
    (cache) =>
      changeConfig(cache, (config) =>
        Object.assign(config, { mounts: [{ id: '/a\n', base: '', layer: 0 }] }),
      ),
    /a cache mount is not described/,
  ],
  "BuildKit's form": [
    (cache) => {
      const manifest = cache.manifest();
      Object.assign(manifest.config, { mediaType: 'application/vnd.buildkit.cacheconfig.v0' });
      cache.putManifest(JSON.stringify(manifest));
    },
    /written by BuildKit/,
  ],
  'a layer that is gone': [
    (cache) => rmSync(lastBlob(cache)),
    /A result from local cache .* is not used: .*is missing/,
  ],
  'a layer that was cut': [(cache) => truncateSync(lastBlob(cache), 20), /Expected \d+ bytes, got 20/],
  'a layer with other content': [
    (cache) => {
      const bytes = readFileSync(lastBlob(cache));
      bytes[bytes.length - 9] = (bytes.at(-9) ?? 0) ^ 1;
      writeFileSync(lastBlob(cache), bytes);
    },
    /Expected content with digest/,
  ],
  'a layer that is a link': [
    (cache) => {
      const path = lastBlob(cache);
      writeFileSync(`${path}.real`, readFileSync(path));
      rmSync(path);
      symlinkSync(`${path}.real`, path);
    },
    /cannot be opened/,
  ],
  'a diffID that lies': [swapLastLayer, /unpacks to diffID "sha256:[0-9a-f]+"; the image's config says/],
};

describe('hostile caches', { skip: cannotRunContainers }, () => {
  let machines: Machines;
  let source: string;
  before(async () => {
    machines = await openMachines();
    source = machines.shared('cache');
    machines.write({ Dockerfile: `${busybox}RUN echo built > /word\n` });
    const { error } = await machines.one.build({ cacheTo: [toLocal(source)] });
    assert.equal(error, undefined, String(error));
  });
  after(() => machines[Symbol.asyncDispose]());

  for (const [name, [damage, expected]] of Object.entries(cases))
    it(`${name}: told, and built without`, async () => {
      const folder = machines.shared(name.replaceAll(' ', '-'));
      cpSync(source, folder, { recursive: true });
      damage(openCache(folder));
      await using bench = await openWorkbench();
      bench.write({ Dockerfile: `${busybox}RUN echo built > /word\n` });
      const outcome = await bench.build({ cacheFrom: [fromLocal(folder)] });
      assert.equal(outcome.error, undefined, String(outcome.error));
      const told = outcome.events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
      assert.match(told.join('\n'), expected);
      assert.equal(outcome.steps['RUN echo built > /word'], 'done');
      assert.ok(outcome.image);
      assert.equal(bench.read(outcome.image, '/word'), 'built\n');
      // Nothing of the cache is taken for a result of this store.
      const again = await bench.build();
      assert.equal(again.image?.imageId, outcome.image.imageId);
      assert.deepEqual(bench.leftovers(), []);
      assert.deepEqual(await bench.store.check(), []);
      rmSync(folder, { recursive: true, force: true });
    });

  it('another cache with the same result takes the place of a damaged one', async () => {
    const folder = machines.shared('damaged');
    cpSync(source, folder, { recursive: true });
    rmSync(lastBlob(openCache(folder)));
    await using bench = await openWorkbench();
    bench.write({ Dockerfile: `${busybox}RUN echo built > /word\n` });
    const outcome = await bench.build({ cacheFrom: [fromLocal(folder), fromLocal(source)] });
    assert.equal(outcome.steps['RUN echo built > /word'], 'cached');
    const hit = outcome.events.find((event) => event.kind === 'hit');
    assert.equal(hit?.kind === 'hit' && hit.from, `local cache "${source}"`);
  });
});
