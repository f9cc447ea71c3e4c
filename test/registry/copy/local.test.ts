// Copying between OCI layouts, archives and the store.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Descriptor, type Index, type Manifest, mediaTypes, sha256 } from '../../../src/oci/index.ts';
import { openTarget, parsePlace } from '../../../src/registry/index.ts';
import {
  descriptorOf,
  imageLayout,
  layoutMembers,
  sampleImage,
  tarOf,
} from '../../store/archive/archives.ts';
import { type SampleIndex, sampleIndex, workshop, writeMembers, writeTar } from './samples.ts';

let sample: SampleIndex;
before(async () => {
  sample = await sampleIndex();
});

/** The sample as a layout, its index tagged `multi`, with what refers to it listed beside. */
function multi(): ReturnType<typeof layoutMembers> {
  const annotations = { 'org.opencontainers.image.ref.name': 'multi' };
  return layoutMembers(
    [
      descriptorOf(sample.index, mediaTypes.ociIndex, { annotations }),
      ...[sample.signature, sample.note].map((bytes) =>
        descriptorOf(bytes, mediaTypes.ociManifest, { artifactType: 'application/vnd.test' }),
      ),
    ],
    sample.blobs,
  );
}

function entries(folder: string): readonly Descriptor[] {
  return (JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Index).manifests;
}

function blobs(folder: string): readonly string[] {
  return readdirSync(join(folder, 'blobs/sha256')).toSorted();
}

const hex = (bytes: Buffer): string => sha256(bytes).slice(7);

describe('copy from any place to any other keeps the digest', () => {
  const places = {
    oci: (folder: string) => `oci:${folder}/layout:a-tag`,
    'oci-archive': (folder: string) => `oci-archive:${folder}/oci.tar:a-tag`,
    'docker-archive': (folder: string) => `docker-archive:${folder}/docker.tar:sample:1`,
    store: () => 'store:sample:1',
  };
  for (const [from, placeFrom] of Object.entries(places))
    for (const [to, placeTo] of Object.entries(places))
      for (const all of [false, true])
        it(`${from} to ${to}${all ? ', all platforms' : ''}`, async (t) => {
          const { folder, copy } = await workshop(t);
          writeMembers(`${folder}/first`, multi());
          const expected = sha256(all ? sample.index : sample.amd64.manifest);
          const options = { all, platform: { os: 'linux', architecture: 'amd64' } } as const;
          const middle = placeFrom(`${folder}`);
          const last = placeTo(`${folder}`).replace(folder, `${folder}/last`).replace('sample:1', 'other:2');
          assert.equal(
            (await copy(`oci:${folder}/first:multi`, middle, { all: true })).descriptor.digest,
            sha256(sample.index),
          );
          execFileSync('mkdir', ['-p', `${folder}/last`]);
          assert.equal((await copy(middle, last, options)).descriptor.digest, expected);
          // Read once more, with all bytes verified.
          const check = await copy(last, `oci:${folder}/check`, { all: true });
          assert.equal(check.descriptor.digest, expected);
          assert.equal(existsSync(`${folder}/check/blobs/sha256/${hex(sample.arm64.blob)}`), all);
        });
});

describe('copy to an OCI layout', () => {
  it('makes a layout of exactly what the image needs', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    const result = await copy(`oci:${folder}/first:multi`, `oci:${folder}/second:one`, {
      platform: { os: 'linux', architecture: 'arm64' },
    });
    assert.deepEqual(entries(`${folder}/second`), [
      descriptorOf(sample.arm64.manifest, mediaTypes.ociManifest, {
        annotations: { 'org.opencontainers.image.ref.name': 'one' },
      }),
    ]);
    assert.deepEqual(
      blobs(`${folder}/second`),
      [sample.arm64.manifest, sample.arm64.config, sample.arm64.blob].map(hex).toSorted(),
    );
    assert.deepEqual(readdirSync(`${folder}/second`).toSorted(), ['blobs', 'index.json', 'oci-layout']);
    assert.deepEqual(result.blobs, { exists: 0, mounted: 0, uploaded: 2 });
    assert.equal(result.bytes, sample.arm64.config.length + sample.arm64.blob.length);
  });

  it('adds to a layout: what is there is not copied again, a tag goes to the newer image', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    const platform = { os: 'linux', architecture: 'amd64' };
    await copy(`oci:${folder}/first:multi`, `oci:${folder}/second:a`, { platform });
    await copy(`oci:${folder}/first:multi`, `oci:${folder}/second:b`, { platform });
    const all = await copy(`oci:${folder}/first:multi`, `oci:${folder}/second:a`, { all: true });
    assert.deepEqual(
      entries(`${folder}/second`).map(({ digest, annotations }) => [
        annotations?.['org.opencontainers.image.ref.name'],
        digest,
      ]),
      [
        ['b', sha256(sample.amd64.manifest)],
        ['a', sha256(sample.index)],
      ],
    );
    assert.deepEqual(all.blobs, { exists: 2, mounted: 0, uploaded: 4 });
    assert.deepEqual(readdirSync(`${folder}/second`).toSorted(), ['blobs', 'index.json', 'oci-layout']);
  });

  it('keeps what refers to an image with --referrers, and finds it there', async (t) => {
    const { folder, copy, store } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    await copy(`oci:${folder}/first:multi`, `oci:${folder}/second:m`, { all: true, referrers: true });
    await copy(`oci:${folder}/second:m`, `oci-archive:${folder}/third.tar:m`, { all: true, referrers: true });
    await copy(`oci-archive:${folder}/third.tar:m`, `oci:${folder}/fourth:m`, { all: true, referrers: true });
    assert.deepEqual(blobs(`${folder}/fourth`), sample.blobs.map(hex).toSorted());
    const listed = entries(`${folder}/fourth`).map(({ digest, artifactType }) => [digest, artifactType]);
    assert.deepEqual(listed, [
      [sha256(sample.index), undefined],
      [sha256(sample.signature), 'application/vnd.test.signature'],
      [sha256(sample.note), 'application/vnd.test.note'],
    ]);
    // What refers to an image is no image to load.
    await store.load(`${folder}/fourth`);
    assert.equal(store.images.list().length, 2);
  });

  it('leaves a folder alone that is something else', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    writeMembers(`${folder}/second`, [['precious', 'x']]);
    await assert.rejects(copy(`oci:${folder}/first`, `oci:${folder}/second`), { code: 'TARGET_EXISTS' });
    assert.deepEqual(readdirSync(`${folder}/second`), ['precious']);
  });
});

describe('copy to where nothing can be written', () => {
  for (const [place, code] of [
    ['oci:FOLDER/none/out', 'TARGET_FOLDER_NOT_FOUND'],
    ['oci-archive:FOLDER/none/out', 'TARGET_FOLDER_NOT_FOUND'],
    ['docker-archive:FOLDER', 'TARGET_EXISTS'],
    ['oci:/dev/null', 'TARGET_EXISTS'],
  ] as const)
    it(`says so of ${place}`, async (t) => {
      const { folder, copy } = await workshop(t);
      writeMembers(`${folder}/first`, multi());
      const target = place.replace('FOLDER', folder);
      await assert.rejects(copy(`oci:${folder}/first:multi`, target, { all: true }), { code });
      assert.deepEqual(readdirSync(folder).toSorted(), ['first', 'root']);
    });
});

describe('copy chooses', () => {
  it('this machine’s image of an index', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    const { descriptor } = await copy(`oci:${folder}/first:multi`, `oci:${folder}/second`);
    const mine = process.arch === 'arm64' ? sample.arm64 : sample.amd64;
    assert.equal(descriptor.digest, sha256(mine.manifest));
  });

  it('none for a platform that is not there, and says which are', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    const platform = { os: 'linux', architecture: 's390x' };
    await assert.rejects(copy(`oci:${folder}/first:multi`, `oci:${folder}/second`, { platform }), {
      code: 'PLATFORM_NOT_FOUND',
      message: /no image for linux\/s390x; it has linux\/amd64, linux\/arm64$/,
    });
    assert.equal(existsSync(`${folder}/second`), false);
    assert.deepEqual(readdirSync(folder).toSorted(), ['first', 'root']);
  });

  it('not a single image of another platform', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, imageLayout(await sampleImage({ architecture: 'arm64' })));
    const platform = { os: 'linux', architecture: 'amd64' };
    await assert.rejects(copy(`oci:${folder}/first`, `oci:${folder}/second`, { platform }), {
      code: 'PLATFORM_NOT_FOUND',
    });
    await copy(`oci:${folder}/first`, `oci:${folder}/second`);
  });

  it('by tag, full name, short name or digest, and asks where several are meant', async (t) => {
    const { folder, copy } = await workshop(t);
    const [one, two] = [await sampleImage(), await sampleImage({ architecture: 'arm64' })];
    writeMembers(
      `${folder}/first`,
      layoutMembers(
        [
          descriptorOf(one.manifest, mediaTypes.ociManifest, {
            annotations: {
              'io.containerd.image.name': 'docker.io/library/one:1',
              'org.opencontainers.image.ref.name': '1',
            },
          }),
          descriptorOf(two.manifest, mediaTypes.ociManifest),
        ],
        [one, two].flatMap(({ manifest, config, blob }) => [manifest, config, blob]),
      ),
    );
    for (const [reference, image] of [
      [':1', one],
      [':one:1', one],
      [':docker.io/library/one:1', one],
      [`@${sha256(two.manifest)}`, two],
    ] as const) {
      const { descriptor } = await copy(`oci:${folder}/first${reference}`, `oci:${folder}/second`);
      assert.equal(descriptor.digest, sha256(image.manifest), reference);
    }
    await assert.rejects(copy(`oci:${folder}/first`, `oci:${folder}/second`), { code: 'IMAGE_AMBIGUOUS' });
    await assert.rejects(copy(`oci:${folder}/first:3`, `oci:${folder}/second`), {
      code: 'MANIFEST_NOT_FOUND',
    });
  });
});

describe('copy --format', () => {
  it('gives images and indexes Docker’s media types, and OCI’s back', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    const docker = await copy(`oci:${folder}/first:multi`, `oci:${folder}/docker`, {
      all: true,
      format: 'docker',
    });
    assert.equal(docker.descriptor.mediaType, mediaTypes.dockerIndex);
    const index = JSON.parse(
      readFileSync(`${folder}/docker/blobs/sha256/${docker.descriptor.digest.slice(7)}`, 'utf8'),
    ) as Index;
    assert.deepEqual(
      index.manifests.map(({ mediaType }) => mediaType),
      [mediaTypes.dockerManifest, mediaTypes.dockerManifest, mediaTypes.ociManifest],
    );
    const back = await copy(`oci:${folder}/docker`, `oci:${folder}/oci`, { all: true, format: 'oci' });
    assert.equal(back.descriptor.digest, sha256(sample.index));
  });

  it('does not with --preserve-digests, unless it is in that format', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    const options = { all: true, preserveDigests: true } as const;
    await assert.rejects(
      copy(`oci:${folder}/first:multi`, `oci:${folder}/second`, { ...options, format: 'docker' }),
      {
        code: 'DIGEST_WOULD_CHANGE',
      },
    );
    await copy(`oci:${folder}/first:multi`, `oci:${folder}/second`, { ...options, format: 'oci' });
  });
});

describe('copy of a layer that names other places', () => {
  const urls = ['https://layers.example/layer'];
  const withLayerType = async (mediaType: string) => {
    const { config, blob, manifest } = await sampleImage({ gzip: true });
    const parsed = JSON.parse(manifest.toString()) as Manifest;
    const changed = Buffer.from(
      JSON.stringify({ ...parsed, layers: [descriptorOf(blob, mediaType, { urls })] }),
    );
    const members = layoutMembers([descriptorOf(changed, mediaTypes.ociManifest)], [changed, config, blob]);
    return { layer: hex(blob), members };
  };

  it('takes it along', async (t) => {
    const { folder, copy } = await workshop(t);
    const { layer, members } = await withLayerType(mediaTypes.ociLayerGzip);
    writeMembers(`${folder}/first`, members);
    const { blobs: count } = await copy(`oci:${folder}/first`, `oci:${folder}/second`);
    assert.equal(count.uploaded, 2);
    assert.ok(blobs(`${folder}/second`).includes(layer));
  });

  it('leaves it out where its media type says that it is not to be handed on, unless asked', async (t) => {
    const { folder, copy } = await workshop(t);
    const { layer, members } = await withLayerType(mediaTypes.ociForeignLayerGzip);
    writeMembers(`${folder}/first`, members);
    await copy(`oci:${folder}/first`, `oci:${folder}/second`);
    assert.ok(!blobs(`${folder}/second`).includes(layer));
    await copy(`oci:${folder}/first`, `oci:${folder}/third`, { nondistributable: true });
    assert.ok(blobs(`${folder}/third`).includes(layer));
  });

  it('compressed anew names them no more', async (t) => {
    const { folder, copy, store } = await workshop(t);
    const { members } = await withLayerType(mediaTypes.ociLayerGzip);
    writeMembers(`${folder}/first`, members);
    using _lease = store.lease();
    const press = { store, compression: { kind: 'zstd' } } as const;
    const { descriptor } = await copy(`oci:${folder}/first`, `oci:${folder}/second`, { press });
    const [layer] = readBlob<Manifest>(`${folder}/second`, descriptor.digest).layers;
    assert.deepEqual([layer?.mediaType, layer?.urls], [mediaTypes.ociLayerZstd, undefined]);
  });
});

describe('copy with layers compressed anew', () => {
  for (const [kind, type] of [
    ['gzip', mediaTypes.ociLayerGzip],
    ['zstd', mediaTypes.ociLayerZstd],
  ] as const)
    it(`as ${kind}: what has that compression stays, what is in the layers too`, async (t) => {
      const { folder, copy, store } = await workshop(t);
      writeMembers(`${folder}/first`, multi());
      const press = { store, compression: { kind } } as const;
      using _lease = store.lease();
      const { descriptor } = await copy(`oci:${folder}/first:multi`, `oci:${folder}/second:m`, {
        all: true,
        press,
      });
      const index = readBlob<Index>(`${folder}/second`, descriptor.digest);
      const [amd64, arm64, attestation] = index.manifests;
      const layers = [amd64, arm64].map(
        (each) => readBlob<Manifest>(`${folder}/second`, each?.digest ?? '').layers[0],
      );
      assert.deepEqual(
        layers.map((layer) => layer?.mediaType),
        [type, type],
      );
      assert.equal(layers[0]?.digest === sha256(sample.amd64.blob), kind === 'gzip');
      assert.equal(attestation?.annotations?.['vnd.docker.reference.digest'], amd64?.digest);
      // Unpacked again, the layers have the diffIDs of the same configs.
      await copy(`oci:${folder}/second:m`, 'store:app', { all: true });
      assert.deepEqual(
        store.images.findIndex('app')?.images.map(({ id }) => id),
        [sample.amd64.config, sample.arm64.config].map(sha256),
      );
    });

  it('not with what refers to it, and not where digests are to be preserved', async (t) => {
    const { folder, copy, store } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    const press = { store, compression: { kind: 'zstd' } } as const;
    for (const more of [{ referrers: true }, { preserveDigests: true }])
      await assert.rejects(
        copy(`oci:${folder}/first:multi`, `oci:${folder}/out`, { all: true, press, ...more }),
        {
          code: 'DIGEST_WOULD_CHANGE',
        },
      );
    assert.equal(existsSync(`${folder}/out`), false);
  });
});

function readBlob<T>(layout: string, digest: string): T {
  return JSON.parse(readFileSync(`${layout}/blobs/sha256/${digest.slice(7)}`, 'utf8')) as T;
}

describe('copy from an archive of Docker’s older form', () => {
  it('takes configs and layers as they are, by name or position', async (t) => {
    const { folder, copy } = await workshop(t);
    const image = await sampleImage({ gzip: true });
    const item = { Config: 'config.json', RepoTags: ['sample:1'], Layers: ['a/layer.tar'] };
    await writeTar(`${folder}/docker.tar`, [
      ['config.json', image.config],
      ['b/layer.tar', image.blob],
      { name: 'a/layer.tar', type: 'symlink', linkname: '../b/layer.tar' },
      ['manifest.json', JSON.stringify([item, { ...item, RepoTags: null }])],
    ]);
    for (const reference of ['sample:1', '@1', 'sample:1'])
      await copy(
        `docker-archive:${folder}/docker.tar:${reference}`,
        `oci:${folder}/${reference}`.replace(':1', ''),
      );
    assert.deepEqual(blobs(`${folder}/sample`).includes(hex(image.blob)), true);
    await assert.rejects(copy(`docker-archive:${folder}/docker.tar`, `oci:${folder}/x`), {
      code: 'IMAGE_AMBIGUOUS',
    });
  });
});

describe('copy reads compressed archives', () => {
  it('and leaves nothing of what it unpacked', async (t) => {
    const { folder, copy, store } = await workshop(t);
    writeFileSync(`${folder}/image.tar.gz`, gzipSync(await tarOf(imageLayout(sample.amd64))));
    const { descriptor } = await copy(`oci-archive:${folder}/image.tar.gz`, `oci:${folder}/out`);
    assert.equal(descriptor.digest, sha256(sample.amd64.manifest));
    assert.deepEqual(readdirSync(join(store.root, 'ingest')), []);
  });
});

describe('copy to the store', () => {
  it('records the index with its images and attestations under the name', async (t) => {
    const { folder, copy, store } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    await copy(`oci:${folder}/first:multi`, 'store:app:1', { all: true });
    const index = store.images.findIndex('app:1');
    assert.equal(index?.digest, sha256(sample.index));
    assert.deepEqual(
      index?.images.map(({ manifestDigest }) => manifestDigest),
      [sample.amd64.manifest, sample.arm64.manifest].map(sha256),
    );
    assert.ok(index?.blobs.includes(sha256(sample.attestation)));
    assert.deepEqual(await store.check(), []);
  });

  it('keeps nothing that is no image, and no referrers', async (t) => {
    const { folder, copy, store } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    await assert.rejects(copy(`oci:${folder}/first@${sha256(sample.attestation)}`, 'store:app:1'), {
      code: 'MANIFEST_NOT_FOUND',
    });
    await assert.rejects(copy(`oci:${folder}/first:multi`, 'store:app:1', { referrers: true }), {
      code: 'REFERRERS_UNSUPPORTED',
    });
    assert.deepEqual(store.images.list(), []);
  });
});

describe('copy into a pipe', () => {
  it('sends the archive when it is whole', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    await copy(`oci:${folder}/first:multi`, `oci-archive:${folder}/file:x`);
    execFileSync('mkfifo', [`${folder}/pipe`]);
    const reader = spawn('sh', ['-c', 'cat pipe > sent'], { cwd: folder, timeout: 60_000, stdio: 'ignore' });
    t.after(() => reader.kill('SIGKILL'));
    const ended = once(reader, 'close');
    await copy(`oci:${folder}/first:multi`, `oci-archive:${folder}/pipe:x`);
    await ended;
    assert.ok(readFileSync(`${folder}/sent`).equals(readFileSync(`${folder}/file`)));
  });
});

describe('what a killed copy left', () => {
  /** Begins to write to a place, and is killed. */
  const killed = (place: string): void => {
    const target = join(import.meta.dirname, 'programs/killed.ts');
    const { signal, stderr } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', target, place],
      {
        timeout: 60_000,
      },
    );
    assert.equal(signal, 'SIGKILL', String(stderr));
  };

  for (const kind of ['oci', 'oci-archive', 'docker-archive'])
    it(`goes with the next copy to the same ${kind}, and nothing else does`, async (t) => {
      const { folder, copy } = await workshop(t);
      writeMembers(`${folder}/first`, multi());
      const others = ['out.partial-1', 'out.partial-1-ABCDEF01', 'output.partial-1-abcdef01'];
      for (const name of others) writeFileSync(join(folder, name), '');
      execFileSync('mkfifo', [join(folder, 'out.partial-2-abcdef01')]);
      symlinkSync('first', join(folder, 'out.partial-3-abcdef01'));
      killed(`${kind}:${folder}/out`);
      assert.equal(readdirSync(folder).filter((name) => name.startsWith('out.partial-')).length, 5);
      await copy(`oci:${folder}/first:multi`, `${kind}:${folder}/out`);
      const left = ['first', ...others, 'out', 'out.partial-2-abcdef01', 'out.partial-3-abcdef01', 'root'];
      assert.deepEqual(readdirSync(folder).toSorted(), left.toSorted());
    });

  it('within a layout goes too', async (t) => {
    const { folder, copy } = await workshop(t);
    writeMembers(`${folder}/first`, multi());
    const whole = async (): Promise<readonly string[]> => {
      await copy(`oci:${folder}/first:multi`, `oci:${folder}/out`);
      return readdirSync(`${folder}/out`);
    };
    const before = await whole();
    killed(`oci:${folder}/out`);
    assert.equal(readdirSync(`${folder}/out`).length, before.length + 1);
    assert.deepEqual(await whole(), before);
  });

  it('is not what another copy writes just now', async (t) => {
    const { folder, store } = await workshop(t);
    const services = { store, client: () => assert.fail('No registry is asked') };
    const options = { signal: new AbortController().signal };
    for (const kind of ['oci', 'oci-archive']) {
      const place = parsePlace(`${kind}:${folder}/out`);
      await using _first = await openTarget(place, services, options);
      const partial = readdirSync(folder).filter((name) => name !== 'root');
      await using _second = await openTarget(place, services, options);
      assert.equal(partial.length, 1);
      assert.ok(readdirSync(folder).includes(partial[0] ?? ''));
    }
    assert.deepEqual(readdirSync(folder), ['root']);
  });
});

describe('what is interrupted', () => {
  for (const to of ['oci:out', 'oci-archive:out', 'docker-archive:out', 'store:out'])
    it(`leaves nothing visible at ${to}`, async (t) => {
      const { folder, copy, store } = await workshop(t);
      writeMembers(`${folder}/first`, multi());
      const abort = new AbortController();
      const target = to.replace(':out', to.startsWith('store') ? ':out' : `:${folder}/out`);
      const stopped = copy(`oci:${folder}/first:multi`, target, {
        all: true,
        signal: abort.signal,
        onEvent: ({ kind }) => kind === 'progress' && abort.abort(new Error('stopped')),
      });
      await assert.rejects(stopped, /stopped/);
      assert.deepEqual(readdirSync(folder).toSorted(), ['first', 'root']);
      assert.deepEqual(store.images.list(), []);
      await copy(`oci:${folder}/first:multi`, target, { all: true });
    });
});
