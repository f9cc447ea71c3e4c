// Attestations of real builds: attached as BuildKit attaches them, saying what BuildKit says, without secrets, kept by the store.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type AttestRequest,
  attachedStatements,
  type BuildRequest,
  imageForm,
  imageSbom,
  type OutputRequest,
} from '../../../src/build/index.ts';
import { type Descriptor, type Index, type Manifest, parsePlatform, sha256 } from '../../../src/oci/index.ts';
import { type Files, readTar } from '../export/exports.ts';
import { busybox, openWorkbench, type Workbench } from '../solve/workbench.ts';
import { checkProvenance, checkSpdx, pathsOf } from './requirements.ts';

type Json = Readonly<Record<string, unknown>>;

const status = 'Package: base-files\nStatus: install ok installed\nVersion: 12.4\nArchitecture: amd64\n';
const dockerfile = `${busybox}FROM base
ARG FOO=bar
RUN --network=none --mount=type=secret,id=tok,required=false /bin/busybox true
COPY status /var/lib/dpkg/status
ENV A=b
`;
const everything: AttestRequest = { provenance: { mode: 'max' }, sbom: true };
const amd64 = parsePlatform('linux/amd64');

let bench: Workbench;
let folder: string;

before(async () => {
  bench = await openWorkbench();
  folder = mkdtempSync('/var/tmp/caisson-attest-');
  bench.write({ Dockerfile: dockerfile, status });
});

after(async () => {
  await bench[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function build(request: Partial<BuildRequest>, text = dockerfile) {
  bench.write({ Dockerfile: text });
  const outcome = await bench.build({ platforms: [amd64], ...request });
  if (outcome.error !== undefined) throw outcome.error;
  if (outcome.image === undefined) throw new Error('The build gave nothing');
  return outcome.image;
}

function output(kind: 'oci' | 'docker', name: string): OutputRequest {
  return {
    kind,
    destination: join(folder, name),
    tar: true,
    ...imageForm({ ociMediaTypes: kind === 'oci' }),
  };
}

function blob<T>(files: Files, { digest, size }: Descriptor): T {
  const bytes = files.get(`blobs/${digest.replace(':', '/')}`) ?? Buffer.alloc(0);
  assert.deepEqual([sha256(bytes), bytes.length], [digest, size]);
  return JSON.parse(bytes.toString()) as T;
}

/** The statements that are attached to the first image in an archive. */
function readStatements(name: string): {
  readonly files: Files;
  readonly index: Index;
  readonly statements: readonly Json[];
} {
  const { files } = readTar(readFileSync(join(folder, name)));
  const { manifests } = JSON.parse(files.get('index.json')?.toString() ?? '') as Index;
  const index = blob<Index>(files, manifests[0] as Descriptor);
  const manifest = blob<Manifest>(files, index.manifests.at(-1) as Descriptor);
  return { files, index, statements: manifest.layers.map((layer) => blob<Json>(files, layer)) };
}

describe('attestations of an image', () => {
  it('lie in an index, as those of BuildKit', async () => {
    await build({
      tags: ['me/app:1', 'me/other'],
      attest: everything,
      outputs: [output('oci', 'image.tar')],
    });
    const { files, index } = readStatements('image.tar');
    const [image, attached] = index.manifests;
    assert.ok(image && attached);
    assert.deepEqual(image.platform, { architecture: 'amd64', os: 'linux' });
    assert.deepEqual(attached.platform, { architecture: 'unknown', os: 'unknown' });
    assert.deepEqual(attached.annotations, {
      'vnd.docker.reference.digest': image.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    });
    const { config, layers } = blob<Manifest>(files, attached);
    assert.deepEqual(
      layers.map(({ mediaType, annotations }) => [mediaType, annotations]),
      ['https://spdx.dev/Document', 'https://slsa.dev/provenance/v1'].map((type) => [
        'application/vnd.in-toto+json',
        { 'in-toto.io/predicate-type': type },
      ]),
    );
    assert.deepEqual(blob(files, config), {
      architecture: 'unknown',
      os: 'unknown',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    });
  });

  it('are about every name of the image, by its manifest', async () => {
    const { index, statements } = readStatements('image.tar');
    const digest = { sha256: index.manifests[0]?.digest.slice('sha256:'.length) };
    for (const { subject } of statements)
      assert.deepEqual(subject, [
        { name: 'pkg:docker/me/app@1?platform=linux%2Famd64', digest },
        { name: 'pkg:docker/me/other@latest?platform=linux%2Famd64', digest },
      ]);
  });

  it('have what SLSA, in-toto and SPDX ask for', () => {
    const [sbom, provenance] = readStatements('image.tar').statements;
    checkProvenance(provenance ?? {});
    checkSpdx(sbom?.['predicate'] as Json);
    const { packages } = {
      ...(sbom?.['predicate'] as { readonly packages: readonly { readonly name: string }[] }),
    };
    assert.deepEqual(
      packages?.map(({ name }) => name),
      ['docker.io/me/app:1', 'base-files'],
    );
  });

  it('leave an archive that docker load takes', async () => {
    await build({ tags: ['app:1'], attest: everything, outputs: [output('docker', 'docker.tar')] });
    const { files } = readTar(readFileSync(join(folder, 'docker.tar')));
    const [item] = JSON.parse(files.get('manifest.json')?.toString() ?? '') as readonly {
      readonly RepoTags: unknown;
      readonly Config: string;
    }[];
    assert.deepEqual(item?.RepoTags, ['app:1']);
    assert.ok(files.has(item?.Config ?? ''));
  });

  it('come behind the images of several platforms, each about its own', async () => {
    const platforms = ['linux/amd64', 'linux/arm64'].map((name) => parsePlatform(name));
    const text = 'FROM scratch\nCOPY status /var/lib/dpkg/status\n';
    const destination = join(folder, 'together');
    const files: OutputRequest = { kind: 'local', destination, mode: 'copy', platformSplit: true };
    await build({ platforms, attest: everything, outputs: [output('oci', 'several.tar'), files] }, text);
    const { index } = readStatements('several.tar');
    const [one, two, ...attached] = index.manifests;
    assert.deepEqual(
      attached.map(({ annotations }) => annotations?.['vnd.docker.reference.digest']),
      [one?.digest, two?.digest],
    );
    assert.deepEqual(readdirSync(join(destination, 'linux_arm64')), [
      'provenance.json',
      'sbom.spdx.json',
      'var',
    ]);
  });

  it('survive collection, saving and loading', async () => {
    const { image } = await build({ tags: ['kept:1'], attest: everything });
    const before = await attachedStatements(bench.store, 'kept:1', image);
    assert.equal(before.length, 2);
    await bench.store.collect({});
    assert.deepEqual(await attachedStatements(bench.store, 'kept:1', image), before);
    const index = bench.store.images.findIndex('kept:1');
    assert.ok(index);
    const path = join(folder, 'kept.tar');
    await bench.store.save([{ image, index, names: index.names }], path, 'oci-archive');
    await using other = await openWorkbench();
    const [loaded] = await other.store.load(path, { signal: new AbortController().signal });
    assert.ok(loaded);
    assert.deepEqual(await attachedStatements(other.store, 'kept:1', loaded), before);
    assert.deepEqual(await imageSbom(other.store, 'kept:1', loaded), before[0]?.predicate);
  });

  it('are not made unless they are asked for', async () => {
    const { manifestDigest, image } = await build({ tags: ['plain:1'] });
    assert.equal(manifestDigest, image.manifestDigest);
    assert.equal(bench.store.images.findIndex('plain:1'), undefined);
    const again = await build({ tags: ['attested:1'], attest: everything });
    assert.equal(again.image.manifestDigest, manifestDigest);
    checkSpdx((await imageSbom(bench.store, 'plain:1', image)) as Json);
  });

  it('are the same bytes again in a reproducible build', async () => {
    const request = { tags: ['same:1'], attest: everything, reproducible: true };
    const { manifestDigest, image } = await build(request);
    const one = await attachedStatements(bench.store, 'same:1', image);
    const two = await build({ ...request, noCache: true });
    assert.equal(two.image.manifestDigest, image.manifestDigest);
    assert.deepEqual(await attachedStatements(bench.store, 'same:1', two.image), one);
    assert.equal((await build({ ...request, noCache: true })).manifestDigest, manifestDigest);
  });
});

describe('provenance', () => {
  for (const mode of ['min', 'max'] as const)
    it(`of mode ${mode} has the members that BuildKit's has`, async () => {
      const theirs = JSON.parse(
        readFileSync(new URL(`buildkit/${mode}.json`, import.meta.url), 'utf8'),
      ) as Json;
      const request = {
        tags: ['me/app:1'],
        buildArgs: { FOO: 'baz', UNUSED: 'x' },
        labels: { l: 'v' },
        outputs: [output('oci', `${mode}.tar`)],
      };
      const base = await build({ tags: ['busybox'] }, busybox);
      assert.ok(base);
      const text = readFileSync(new URL('buildkit/Dockerfile', import.meta.url), 'utf8').replace(
        'echo',
        '/bin/busybox echo',
      );
      await build({ ...request, attest: { provenance: { mode } } }, text);
      const ours = readStatements(`${mode}.tar`).statements[0] ?? {};
      const own = pathsOf(ours);
      // Digests of BuildKit's vertices, how it fetches files, and the vertices of its own that read the Dockerfile.
      const apart = /digestMapping|\.infos\.(llb|digest)|source\.attrs|secretOpt\.mode|layers\.step0:0/;
      assert.deepEqual(
        [...pathsOf(theirs)].filter((path) => !own.has(path) && !apart.test(path)),
        [],
      );
      const { buildDefinition: we } = ours['predicate'] as { readonly buildDefinition: Json };
      const { buildDefinition: they } = theirs['predicate'] as { readonly buildDefinition: Json };
      assert.deepEqual(we['externalParameters'], they['externalParameters']);
    });

  it('shows neither secrets nor credentials', async () => {
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'hush-hush');
    const text = `${busybox}FROM base\nARG PROXY\nRUN --mount=type=secret,id=tok,env=TOK --mount=type=secret,id=file /bin/busybox test "$TOK" = "$(/bin/busybox cat /run/secrets/file)" && : http://dora:swordfish@example.com/\nCOPY <<END /file\nhttps://dora:swordfish@example.com/\nEND\n`;
    await build(
      {
        attest: everything,
        buildArgs: { PROXY: 'http://dora:swordfish@proxy:3128' },
        secrets: [
          { id: 'tok', file: secret },
          { id: 'file', file: secret },
        ],
        outputs: [output('oci', 'secret.tar')],
      },
      text,
    );
    const [, provenance] = readStatements('secret.tar').statements;
    const shown = JSON.stringify(provenance);
    const { infos } = (
      provenance as {
        predicate: {
          runDetails: { metadata: { buildkit_metadata: { source: { infos: readonly { data: string }[] } } } };
        };
      }
    ).predicate.runDetails.metadata.buildkit_metadata.source;
    const source = Buffer.from(infos[0]?.data ?? '', 'base64').toString();
    assert.equal(source, text.replaceAll('dora:swordfish', 'xxxxx'));
    assert.ok(
      shown.includes('"secrets":[{"id":"file"},{"id":"tok"}]') ||
        shown.includes('"secrets":[{"id":"file","optional":true},{"id":"tok","optional":true}]'),
      shown,
    );
    assert.ok(!/swordfish|hush/.test(shown));
    for (const [, data = ''] of shown.matchAll(/"data":"([A-Za-z0-9+/=]+)"/g))
      assert.ok(!Buffer.from(data, 'base64').includes('swordfish'));
  });
});

describe('attestations of exported files', () => {
  it('lie beside them and are about each of them', async () => {
    const destination = join(folder, 'files');
    await build({
      attest: everything,
      outputs: [{ kind: 'local', destination, mode: 'delete', attestationPrefix: 'x-' }],
    });
    const statement = JSON.parse(readFileSync(join(destination, 'x-provenance.json'), 'utf8')) as Json & {
      readonly subject: readonly { readonly name: string; readonly digest: Json }[];
    };
    checkProvenance(statement);
    assert.deepEqual(statement.subject.find(({ name }) => name === 'var/lib/dpkg/status')?.digest, {
      sha256: sha256(status).slice('sha256:'.length),
    });
    checkSpdx(
      (
        JSON.parse(readFileSync(join(destination, 'x-sbom.spdx.json'), 'utf8')) as {
          readonly predicate: Json;
        }
      ).predicate,
    );
  });

  it('lie in a tar', async () => {
    const destination = join(folder, 'files.tar');
    await build({ attest: { sbom: true }, outputs: [{ kind: 'tar', destination }] });
    const { files } = readTar(readFileSync(destination));
    assert.deepEqual(
      [files.has('sbom.spdx.json'), files.has('provenance.json'), files.has('var/lib/dpkg/status')],
      [true, false, true],
    );
  });
});
