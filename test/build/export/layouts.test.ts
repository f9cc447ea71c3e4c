// Image layouts of real builds: what they hold, in every compression, with annotations, for one platform and several.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type BuildRequest,
  imageForm,
  imageOutput,
  metadataText,
  type OutputRequest,
} from '../../../src/build/index.ts';
import { CaissonError } from '../../../src/core/index.ts';
import { mediaTypes, parsePlatform } from '../../../src/oci/index.ts';
import type { CompressionKind } from '../../../src/store/index.ts';
import { openWorkbench, type Workbench } from '../solve/workbench.ts';
import { readLayout, readTar } from './exports.ts';

const dockerfile = 'FROM scratch\nCOPY a /a\nCOPY big /big\nLABEL x=y\n';

let bench: Workbench;
let folder: string;

before(async () => {
  bench = await openWorkbench();
  folder = mkdtempSync('/var/tmp/caisson-export-');
  const big = Array.from({ length: 300_000 }, (_, line) => `line ${(line * 7919) % 65_521}\n`).join('');
  bench.write({ Dockerfile: dockerfile, a: 'hello\n', big });
});

after(async () => {
  await bench[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

type Form = Partial<Extract<OutputRequest, { kind: 'oci' | 'docker' }>>;

function layout(name: string, form: Form = {}): OutputRequest {
  return { kind: 'oci', destination: join(folder, name), tar: true, ...imageForm({}), ...form };
}

async function build(request: Partial<BuildRequest>, text = dockerfile) {
  bench.write({ Dockerfile: text });
  const outcome = await bench.build(request);
  if (outcome.error !== undefined) throw outcome.error;
  return outcome.image;
}

/** Runs `work` while the layers' folders are out of reach. */
async function withoutLayers(work: () => Promise<unknown>): Promise<void> {
  const layers = join(bench.root, 'layers');
  renameSync(layers, `${layers}-away`);
  try {
    await work();
  } finally {
    rmSync(layers, { recursive: true, force: true });
    renameSync(`${layers}-away`, layers);
  }
}

describe('a layout', () => {
  const types: Readonly<Record<CompressionKind, string>> = {
    uncompressed: mediaTypes.ociLayer,
    gzip: mediaTypes.ociLayerGzip,
    estargz: mediaTypes.ociLayerGzip,
    zstd: mediaTypes.ociLayerZstd,
  };
  for (const kind of ['uncompressed', 'gzip', 'estargz', 'zstd'] as const)
    it(`with ${kind} layers holds the files, each blob as its digest says`, async () => {
      await build({ tags: ['app:1'], outputs: [layout(`${kind}.tar`, { compression: { kind } })] });
      const { images, index } = await readLayout(join(folder, `${kind}.tar`));
      const [image] = images;
      assert.ok(image);
      assert.deepEqual(
        image.manifest.layers.map(({ mediaType }) => mediaType),
        [types[kind], types[kind]],
      );
      const files = image.layers.flatMap((layer) => [...readTar(layer).files.keys()]);
      assert.deepEqual(files, ['a', 'big']);
      assert.equal(index.manifests[0]?.annotations?.['io.containerd.image.name'], 'docker.io/library/app:1');
      assert.equal(index.manifests[0]?.annotations?.['org.opencontainers.image.ref.name'], '1');
      const toc = image.manifest.layers[1]?.annotations?.['containerd.io/snapshot/stargz/toc.digest'];
      assert.equal(toc !== undefined, kind === 'estargz');
    });

  it('is the same bytes again, and does not compress again what was compressed', async () => {
    const first = layout('first.tar', { compression: { kind: 'zstd', level: 7 } });
    await build({ outputs: [first] });
    await withoutLayers(() =>
      build({ outputs: [{ ...first, destination: join(folder, 'second.tar') } as OutputRequest] }),
    );
    assert.ok(readFileSync(join(folder, 'first.tar')).equals(readFileSync(join(folder, 'second.tar'))));
    await withoutLayers(() =>
      assert.rejects(build({ outputs: [layout('other.tar', { compression: { kind: 'zstd', level: 8 } })] })),
    );
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('partial') || name === 'other.tar'),
      [],
    );
  });

  it('keeps compressed layers through a collection, and lets them go with their layer', async () => {
    const collected = await openWorkbench();
    try {
      collected.write({ Dockerfile: 'FROM scratch\nCOPY a /a\n', a: 'x'.repeat(5000) });
      await collected.build({ tags: ['kept'], outputs: [imageOutput({}), layout('kept.tar')] });
      const blobs = (): number => readdirSync(join(collected.root, 'blobs/sha256')).length;
      const before = blobs();
      await collected.store.collect({});
      assert.equal(blobs(), before);
      const image = collected.store.images.find('kept');
      assert.ok(image);
      collected.store.images.remove(image.manifestDigest);
      await collected.store.collect({ cache: 'all' });
      assert.equal(blobs(), 0);
    } finally {
      await collected[Symbol.asyncDispose]();
    }
  });

  it('has a smaller blob at a higher level', async () => {
    const outputs = [1, 9].map((level) =>
      layout(`level${level}.tar`, { compression: { kind: 'gzip', level } }),
    );
    await build({ outputs });
    const sizes = await Promise.all(
      [1, 9].map(async (level) => {
        const { images } = await readLayout(join(folder, `level${level}.tar`));
        return images[0]?.manifest.layers[1]?.size ?? 0;
      }),
    );
    assert.ok((sizes[0] ?? 0) > (sizes[1] ?? 0), sizes.join(' '));
  });

  it("of kind docker has Docker's media types, and manifest.json", async () => {
    await build({
      tags: ['app:1', 'other'],
      outputs: [layout('docker.tar', { kind: 'docker', ociMediaTypes: false })],
    });
    const { files, images, index } = await readLayout(join(folder, 'docker.tar'));
    const [image] = images;
    assert.equal(image?.manifest.mediaType, mediaTypes.dockerManifest);
    assert.equal(image?.manifest.config.mediaType, mediaTypes.dockerConfig);
    assert.equal(image?.manifest.layers[0]?.mediaType, mediaTypes.dockerLayerGzip);
    assert.equal(index.manifests.length, 2);
    const [item] = JSON.parse(files.get('manifest.json')?.toString() ?? '') as {
      Config: string;
      RepoTags: string[];
      Layers: string[];
    }[];
    assert.deepEqual(item?.RepoTags, ['app:1', 'other:latest']);
    assert.equal(item?.Config, `blobs/${image?.manifest.config.digest.replace(':', '/')}`);
    assert.deepEqual(
      item?.Layers,
      image?.manifest.layers.map(({ digest }) => `blobs/${digest.replace(':', '/')}`),
    );
  });

  it('can be a folder, which takes a second image beside the first', async () => {
    const at = (name: string) => layout('folder', { tar: false, names: [name] });
    await build({ outputs: [at('one')] });
    await build({ outputs: [at('two')] });
    const { manifests } = JSON.parse(readFileSync(join(folder, 'folder/index.json'), 'utf8')) as {
      manifests: { annotations: Record<string, string> }[];
    };
    assert.deepEqual(
      manifests.map(({ annotations }) => annotations['io.containerd.image.name']),
      ['docker.io/library/one:latest', 'docker.io/library/two:latest'],
    );
  });

  it('does not take the place of a folder that is something else', async () => {
    writeFileSync(join(mkFolder('mine'), 'precious'), 'x');
    await assert.rejects(build({ outputs: [layout('mine', { tar: false })] }), { code: 'TARGET_EXISTS' });
    assert.deepEqual(readdirSync(join(folder, 'mine')), ['precious']);
  });
});

function mkFolder(name: string): string {
  const path = mkdtempSync(join(folder, 'x'));
  renameSync(path, join(folder, name));
  return join(folder, name);
}

describe('layers that were received', () => {
  it('are used as they are, unless compression is forced', async () => {
    const base = 'FROM scratch\nCOPY big /base\n';
    await build({ tags: ['base'], outputs: [layout('base.tar', { compression: { kind: 'zstd' } })] }, base);
    const other = await openWorkbench();
    try {
      await other.store.load(join(folder, 'base.tar'));
      other.write({ Dockerfile: 'FROM base\nCOPY a /a\n', a: 'a' });
      const outputs = [false, true].map((forceCompression) =>
        layout(`forced-${forceCompression}.tar`, { forceCompression }),
      );
      const { error } = await other.build({ outputs });
      assert.equal(error, undefined);
      const found = await Promise.all(
        outputs.map(async (_, index) => readLayout(join(folder, `forced-${index === 1}.tar`))),
      );
      assert.deepEqual(
        found.map(({ images }) => images[0]?.manifest.layers.map(({ mediaType }) => mediaType)),
        [
          [mediaTypes.ociLayerZstd, mediaTypes.ociLayerGzip],
          [mediaTypes.ociLayerGzip, mediaTypes.ociLayerGzip],
        ],
      );
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });
});

describe('annotations', () => {
  const [amd, arm] = [parsePlatform('linux/amd64'), parsePlatform('linux/arm64')];

  it('stand at the level and the platform they are for', async () => {
    await build({
      platforms: [amd, arm],
      outputs: [layout('annotated.tar')],
      annotations: [
        { level: 'index', key: 'c', value: 'd' },
        { level: 'manifest', key: 'm', value: 'n' },
        { level: 'manifest', platform: arm, key: 'k', value: 'l' },
        { level: 'manifest-descriptor', key: 'e', value: 'f' },
        { level: 'index-descriptor', key: 'i', value: 'j' },
      ],
    });
    const { index, platforms, images } = await readLayout(join(folder, 'annotated.tar'));
    assert.equal(index.manifests[0]?.annotations?.['i'], 'j');
    assert.deepEqual(platforms?.annotations, { c: 'd' });
    assert.deepEqual(
      platforms?.manifests.map(({ annotations, platform }) => [annotations, platform?.architecture]),
      [
        [{ e: 'f' }, 'amd64'],
        [{ e: 'f' }, 'arm64'],
      ],
    );
    assert.deepEqual(
      images.map(({ manifest }) => manifest.annotations),
      [{ m: 'n' }, { k: 'l', m: 'n' }],
    );
  });

  it('of an index are refused where there is none', async () => {
    await assert.rejects(
      build({ outputs: [layout('none.tar')], annotations: [{ level: 'index', key: 'a', value: 'b' }] }),
      (error) =>
        error instanceof CaissonError &&
        error.message === 'index annotations not supported for single platform export',
    );
  });
});

describe('an image in the store', () => {
  it('is a plain manifest with the layers uncompressed, unless asked otherwise', async () => {
    const plain = await build({ tags: ['plain'] });
    assert.deepEqual(
      plain?.image.manifest.layers.map(({ digest }) => digest),
      plain?.image.config.rootfs.diff_ids,
    );
    const zstd = await build({
      tags: ['z'],
      outputs: [imageOutput({ compression: { kind: 'zstd' }, forceCompression: false })],
    });
    assert.equal(zstd?.image.manifest.layers[0]?.mediaType, mediaTypes.ociLayerZstd);
    assert.deepEqual(zstd?.image.config.rootfs, plain?.image.config.rootfs);
  });

  it('as estargz has the same files', async () => {
    const built = await build({ tags: ['e'], outputs: [imageOutput({ compression: { kind: 'estargz' } })] });
    assert.ok(built);
    assert.equal(bench.read(built, '/a'), 'hello\n');
    const findings = await bench.store.check();
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error'),
      [],
    );
  });

  it('with rewritten timestamps has no file newer than the epoch', async () => {
    const buildArgs = { SOURCE_DATE_EPOCH: '1000000000' };
    const built = await build({
      buildArgs,
      outputs: [imageOutput({ rewriteTimestamp: true }), layout('old.tar', { rewriteTimestamp: true })],
    });
    const entry = built && bench.store.layers.view(built.image.layers).lstat('/a');
    assert.equal(entry?.mtime, 1_000_000_000_000_000_000n);
    const { images } = await readLayout(join(folder, 'old.tar'));
    assert.deepEqual(
      images[0]?.layers.flatMap((layer) => readTar(layer).entries.map(({ mtime }) => mtime)),
      [1_000_000_000, 1_000_000_000],
    );
    assert.deepEqual(images[0]?.config.rootfs, built?.image.config.rootfs);
    assert.equal(images[0]?.config.created, '2001-09-09T01:46:40Z');
  });

  it('keeps the times of the base, and of files that are older', async () => {
    await build({ tags: ['dated'] }, 'FROM scratch\nCOPY a /base\n');
    const buildArgs = { SOURCE_DATE_EPOCH: '1000000000' };
    const outputs = [imageOutput({ rewriteTimestamp: true })];
    const built = await build({ buildArgs, outputs }, 'FROM dated\nCOPY a /new\n');
    const view = built && bench.store.layers.view(built.image.layers);
    assert.ok((view?.lstat('/base')?.mtime ?? 0n) > 1_000_000_000_000_000_000n);
    assert.equal(view?.lstat('/new')?.mtime, 1_000_000_000_000_000_000n);
  });

  it('squashed has one new layer with what all of them did', async () => {
    const base = 'FROM scratch\nCOPY a /keep/a\nCOPY a /gone\nCOPY a /dir/old\n';
    await build({ tags: ['squash-base'] }, base);
    const text = 'FROM squash-base\nCOPY a /one\nCOPY big /two\nCOPY a /keep/b\n';
    const built = await build({ squash: true, tags: ['squashed'] }, text);
    assert.ok(built);
    const { layers, config } = built.image;
    assert.equal(layers.length, 4, 'three of the base and one');
    assert.equal(bench.read(built, '/one'), 'hello\n');
    assert.equal(bench.read(built, '/keep/a'), 'hello\n');
    assert.equal(bench.read(built, '/keep/b'), 'hello\n');
    const last = readdirSync(join(bench.root, 'layers', layers.at(-1) ?? '', 'fs')).sort();
    assert.deepEqual(last, ['keep', 'one', 'two']);
    const history = config.history?.slice(3) ?? [];
    assert.deepEqual(
      history.map(({ empty_layer }) => empty_layer === true),
      [true, true, true, false],
    );
  });
});

describe('pushing', () => {
  const output = imageOutput({
    push: true,
    names: ['registry.test/app:1'],
    ...{ compression: { kind: 'gzip' } },
  });

  it('without a transport is refused before anything is built', async () => {
    const { error, events } = await bench.build({ outputs: [output] });
    assert.ok(error instanceof CaissonError);
    assert.equal(error.code, 'PUSH_UNAVAILABLE');
    assert.match(error.hint ?? '', /type=oci/);
    assert.deepEqual(events, []);
  });

  it('needs a name', async () => {
    const { error } = await bench.build({ outputs: [{ ...output, names: [] }] });
    assert.ok(error instanceof CaissonError);
    assert.equal(error.code, 'NAME_REQUIRED');
  });
});

describe('metadata', () => {
  it('has the keys that BuildKit gives', async () => {
    const built = await build({ tags: ['app:1', 'app:2'], outputs: [layout('meta.tar')] });
    assert.ok(built);
    const metadata = JSON.parse(metadataText(built)) as Record<string, unknown>;
    assert.deepEqual(Object.keys(metadata), [
      'containerimage.config.digest',
      'containerimage.descriptor',
      'containerimage.digest',
      'image.name',
    ]);
    const { images } = await readLayout(join(folder, 'meta.tar'));
    assert.equal(metadata['containerimage.digest'], images[0]?.descriptor.digest);
    assert.equal(metadata['containerimage.config.digest'], images[0]?.manifest.config.digest);
    assert.equal(metadata['image.name'], 'docker.io/library/app:1,docker.io/library/app:2');
  });
});
