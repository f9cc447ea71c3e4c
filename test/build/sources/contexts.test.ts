// Contexts and Dockerfiles from everywhere: standard input, archives, URLs, Git; what in them is hostile.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { suite, test } from 'node:test';
import { isCaissonError } from '../../../src/core/index.ts';
import { compressedForms } from '../../support/compress.ts';
import { serveGit } from '../../support/git-server.ts';
import { serveHttp } from '../../support/http-server.ts';
import { cannotRunContainers } from '../../support/index.ts';
import {
  busybox,
  type Outcome,
  openWorkbench,
  type StoredImage,
  type Workbench,
} from '../solve/workbench.ts';
import { type TarMember, tarOf } from './tar.ts';

const dockerfile = 'FROM scratch\nCOPY . /x/\n';
const members: readonly TarMember[] = [
  { name: './', type: '5', mode: 0o755 },
  { name: './Dockerfile', text: dockerfile },
  { name: './.dockerignore', text: 'dropped\n' },
  { name: './dropped', text: 'not dropped', uid: 1000, mode: 0o640, mtime: 1e9 },
];

function imageOf({ image, error }: Outcome): StoredImage {
  assert.equal(error, undefined);
  assert.ok(image);
  return image;
}

function input(bytes: Buffer | string): Readable {
  return Readable.from([Buffer.from(bytes)], { objectMode: false });
}

/** A remote context is taken whole, with the owners and times it has: BuildKit knows no ignore file there. */
function assertWhole(bench: Workbench, image: StoredImage): void {
  const entry = bench.store.layers.view(image.image.layers).lstat('/x/dropped');
  assert.deepEqual([entry?.uid, entry?.mode, Number(entry?.mtime) / 1e9], [1000, 0o640, 1e9]);
  assert.ok(bench.read(image, '/x/.dockerignore'));
}

suite('standard input', () => {
  for (const form of [{ name: 'plain', skip: false, compress: (bytes: Buffer) => bytes }, ...compressedForms])
    test(`a tar, ${form.name}, is a context`, { skip: form.skip }, async () => {
      await using bench = await openWorkbench();
      const packed = form.compress(tarOf(members));
      assertWhole(bench, imageOf(await bench.build({ context: '-', input: input(packed) })));
      assert.deepEqual(bench.leftovers(), []);
    });

  test('the same tar again is cached; another Dockerfile in it can be named', async () => {
    await using bench = await openWorkbench();
    const tar = tarOf([...members, { name: './sub/Other', text: 'FROM scratch\nCOPY dropped /y\n' }]);
    await bench.build({ context: '-', input: input(tar) });
    assert.equal((await bench.build({ context: '-', input: input(tar) })).steps['COPY . /x/'], 'cached');
    const image = imageOf(await bench.build({ context: '-', dockerfile: 'sub/Other', input: input(tar) }));
    assert.equal(bench.read(image, '/y'), 'not dropped');
  });

  test('text is the Dockerfile of a build without files', async () => {
    await using bench = await openWorkbench();
    const image = imageOf(await bench.build({ context: '-', input: input('FROM scratch\nCOPY . /x\n') }));
    assert.deepEqual(bench.store.layers.view(image.image.layers).list('/x'), []);
    assert.deepEqual(bench.leftovers(), []);
  });

  test('is the Dockerfile of a folder with -f -, whose ignore file holds', async () => {
    await using bench = await openWorkbench();
    bench.write({ kept: '1', dropped: '2', '.dockerignore': 'dropped\nbusybox\n' });
    const image = imageOf(await bench.build({ dockerfile: '-', input: input('FROM scratch\nCOPY . /x\n') }));
    assert.deepEqual(bench.store.layers.view(image.image.layers).list('/x'), ['.dockerignore', 'kept']);
  });

  test('can be one thing only, and must be something', async () => {
    await using bench = await openWorkbench();
    const refused = async (request: Parameters<Workbench['build']>[0], code: string, message: RegExp) => {
      const { error } = await bench.build(request);
      assert.ok(isCaissonError(error, code), String(error));
      assert.match(error.message, message);
    };
    const both = /can't use stdin for both build context and dockerfile/;
    await refused({ context: '-', dockerfile: '-', input: input('x') }, 'INPUT_AMBIGUOUS', both);
    const twice = /both stdin and flag correspond to Dockerfiles/;
    await refused({ context: '-', dockerfile: 'D', input: input('FROM x') }, 'INPUT_AMBIGUOUS', twice);
    await refused({ context: '-', input: input('') }, 'CONTEXT_INVALID', /Standard input is empty/);
  });
});

suite('archives', () => {
  test('a tar file is a context; any other file is not', async () => {
    await using bench = await openWorkbench();
    const file = join(bench.root, '..', 'context.tar');
    writeFileSync(file, tarOf(members));
    assertWhole(bench, imageOf(await bench.build({ context: file })));
    writeFileSync(file, dockerfile);
    const { error } = await bench.build({ context: file });
    assert.ok(isCaissonError(error, 'CONTEXT_UNREADABLE'));
  });

  const hostile: readonly (readonly [what: string, members: readonly TarMember[]])[] = [
    ['a name that leads out', [{ name: '../escaped', text: 'x' }]],
    [
      'a name through a link that leads out',
      [
        { name: 'l', type: '2', linkName: '/var/tmp' },
        { name: 'l/escaped', text: 'x' },
      ],
    ],
    ['a hard link to a file of this machine', [{ name: 'h', type: '1', linkName: '/etc/hostname' }]],
    ['a hard link that leads out', [{ name: 'h', type: '1', linkName: '../../../../etc/hostname' }]],
  ];
  for (const [what, entries] of hostile)
    test(`${what} reaches nothing`, async () => {
      await using bench = await openWorkbench();
      const tar = tarOf([...members, ...entries]);
      const { image } = await bench.build({ context: '-', input: input(tar) });
      for (const place of [
        '/var/tmp/escaped',
        join(bench.root, 'escaped'),
        join(bench.root, 'drafts/escaped'),
      ])
        assert.ok(!existsSync(place), place);
      if (image) assert.equal(bench.read(image, '/x/h'), undefined);
      assert.deepEqual(bench.leftovers(), []);
    });

  test('one that is cut short is refused', async () => {
    await using bench = await openWorkbench();
    const tar = tarOf([...members, { name: 'long', text: 'x'.repeat(4096) }]).subarray(0, -4096);
    const { error } = await bench.build({ context: '-', input: input(tar) });
    assert.ok(isCaissonError(error, 'CONTEXT_INVALID'), String(error));
    assert.match(error.message, /^Cannot unpack the context from standard input/);
    assert.deepEqual(bench.leftovers(), []);
  });

  test('a Dockerfile that is a link leads nowhere outside', async () => {
    await using bench = await openWorkbench();
    const tar = tarOf([{ name: 'Dockerfile', type: '2', linkName: '/etc/hostname' }]);
    const { error } = await bench.build({ context: '-', input: input(tar) });
    assert.ok(isCaissonError(error, 'DOCKERFILE_NOT_FOUND'), String(error));
  });
});

suite('URLs', () => {
  test('an archive is a context, a text the Dockerfile of one with this file', async () => {
    await using bench = await openWorkbench();
    await using server = await serveHttp({
      '/c.tar': (_, response) => response.end(tarOf(members)),
      '/Dockerfile': (_, response) => response.end(dockerfile),
    });
    const whole = imageOf(await bench.build({ context: `${server.url}/c.tar` }));
    assertWhole(bench, whole);
    assert.deepEqual(
      whole.sources.map(({ asked }) => asked),
      [`${server.url}/c.tar`],
    );
    const alone = imageOf(await bench.build({ context: `${server.url}/Dockerfile` }));
    assert.equal(bench.read(alone, '/x/context'), dockerfile);
  });

  test('a Dockerfile from a URL goes with any context', async () => {
    await using bench = await openWorkbench();
    await using server = await serveHttp({
      '/D': (_, response) => response.end('FROM scratch\nCOPY a /a\n'),
    });
    bench.write({ a: 'here' });
    const image = imageOf(await bench.build({ dockerfile: `${server.url}/D` }));
    assert.equal(bench.read(image, '/a'), 'here');
  });

  test('what cannot be fetched is told', async () => {
    await using bench = await openWorkbench();
    await using server = await serveHttp({});
    for (const request of [{ context: `${server.url}/none` }, { dockerfile: `${server.url}/none` }]) {
      const { error } = await bench.build(request);
      assert.ok(isCaissonError(error, 'FETCH_FAILED'), String(error));
    }
  });
});

suite('Git', () => {
  test('a repository, a branch and a directory of it are contexts', async () => {
    await using bench = await openWorkbench();
    await using server = await serveGit();
    const repository = server.repository('r');
    const commit = repository.commit({
      Dockerfile: dockerfile,
      a: 'x',
      'd/Dockerfile': dockerfile,
      'd/b': 'y',
    });
    const url = `${server.url}/r.git`;
    const image = imageOf(await bench.build({ context: url }));
    assert.equal(bench.read(image, '/x/a'), 'x');
    assert.equal(bench.read(image, '/x/.git/HEAD'), undefined);
    assert.deepEqual(image.sources, [{ kind: 'git', asked: url, remote: url, ref: '', commit }]);
    assert.equal(bench.read(imageOf(await bench.build({ context: `${url}#main:d` })), '/x/b'), 'y');
    const buildArgs = { BUILDKIT_CONTEXT_KEEP_GIT_DIR: '1' };
    const kept = imageOf(await bench.build({ context: url, buildArgs }));
    assert.equal(bench.read(kept, '/x/.git/HEAD')?.trim(), commit);
  });

  test('without a Dockerfile is told so', async () => {
    await using bench = await openWorkbench();
    await using server = await serveGit();
    server.repository('r').commit({ a: 'x' });
    const { error } = await bench.build({ context: `${server.url}/r.git` });
    assert.ok(isCaissonError(error, 'DOCKERFILE_NOT_FOUND'));
    assert.equal(error.message, 'failed to read dockerfile: open Dockerfile: no such file or directory');
  });
});

suite('named contexts', () => {
  const contexts =
    'FROM base AS first\nCOPY --from=files a /a\nFROM first\nCOPY --from=Files:latest sub /sub\n';

  test('a folder stands for an image and for a tree to copy from; its own ignore file holds', async () => {
    await using bench = await openWorkbench();
    const [base, files] = [join(bench.root, '../base'), join(bench.root, '../files')];
    for (const folder of [base, files]) mkdirSync(folder);
    mkdirSync(join(files, 'sub'));
    writeFileSync(join(base, 'root'), 'of the base');
    for (const name of ['a', 'dropped', 'sub/b', 'sub/dropped']) writeFileSync(join(files, name), name);
    writeFileSync(join(files, '.dockerignore'), '**/dropped\n');
    bench.write({ Dockerfile: contexts.replace('Files:latest', 'files:latest') });
    const image = imageOf(await bench.build({ namedContexts: { base, files } }));
    assert.equal(bench.read(image, '/root'), 'of the base');
    assert.equal(bench.read(image, '/a'), 'a');
    assert.deepEqual(bench.store.layers.view(image.image.layers).list('/sub'), ['b']);
    writeFileSync(join(files, 'a'), 'changed');
    assert.equal(bench.read(imageOf(await bench.build({ namedContexts: { base, files } })), '/a'), 'changed');
  });

  test('a stage is replaced by the context of its name: what it says is not done', async () => {
    await using bench = await openWorkbench();
    const folder = join(bench.root, '../instead');
    mkdirSync(folder);
    writeFileSync(join(folder, 'out'), 'instead');
    bench.write({
      Dockerfile: 'FROM nowhere AS make\nRUN false\nFROM scratch\nCOPY --from=make /out /out\n',
    });
    const image = imageOf(await bench.build({ namedContexts: { make: folder } }));
    assert.equal(bench.read(image, '/out'), 'instead');
  });

  test('an image of the store, an image layout, a repository and a file take the place of names', async () => {
    await using bench = await openWorkbench();
    await using git = await serveGit();
    git.repository('r').commit({ a: 'from git' });
    await using server = await serveHttp({ '/f': (_, response) => response.end('from http') });
    bench.write({ Dockerfile: 'FROM scratch\nCOPY one /one\nENV FROM=image\n', one: '1' });
    const made = imageOf(await bench.build({ tags: ['made:1'] }));
    const layout = join(bench.root, '../layout');
    await bench.store.save([{ image: made.image, names: ['docker.io/library/made:1'] }], layout, 'oci-dir');
    bench.store.images.remove(made.manifestDigest, { force: true });
    const namedContexts = {
      laid: `oci-layout://${layout}@${made.manifestDigest}`,
      tagged: `oci-layout://${layout}:1`,
      repo: `${git.url}/r.git`,
      file: `${server.url}/f`,
      empty: 'docker-image://scratch',
    };
    bench.write({
      Dockerfile: `FROM laid
COPY --from=tagged /one /two
COPY --from=repo /a /a
COPY --from=file /context /b
COPY --from=empty / /c
`,
    });
    const image = imageOf(await bench.build({ namedContexts }));
    assert.deepEqual(
      ['/one', '/two', '/a', '/b'].map((path) => bench.read(image, path)),
      ['1', '1', 'from git', 'from http'],
    );
    assert.ok(image.image.config.config?.Env?.includes('FROM=image'));
    assert.deepEqual(image.sources.map(({ kind }) => kind).sort(), ['git', 'http', 'image']);
    bench.write({ Dockerfile: 'FROM busybox:9\nCOPY Dockerfile /d\n' });
    const instead = { 'busybox:9': `docker-image://sha256@${made.manifestDigest}` };
    assert.ok(isCaissonError((await bench.build({ namedContexts: instead })).error, 'IMAGE_NOT_FOUND'));
  });

  test('mounts of RUN show them', { skip: cannotRunContainers }, async () => {
    await using bench = await openWorkbench();
    await using git = await serveGit();
    git.repository('r').commit({ a: 'from git' });
    const folder = join(bench.root, '../files');
    mkdirSync(folder);
    for (const name of ['a', 'dropped']) writeFileSync(join(folder, name), `${name} of a folder`);
    writeFileSync(join(folder, '.dockerignore'), 'dropped\n');
    const mounts = '--mount=type=bind,from=files,target=/f --mount=type=bind,from=repo,target=/g';
    bench.write({ Dockerfile: `${busybox}RUN ${mounts} cat /f/a /g/a >/out && ls /f >>/out\n` });
    const image = imageOf(await bench.build({ namedContexts: { files: folder, repo: `${git.url}/r.git` } }));
    assert.equal(bench.read(image, '/out'), 'a of a folderfrom gita\n');
  });

  test('what is no context is told', async () => {
    await using bench = await openWorkbench();
    bench.write({ Dockerfile: 'FROM scratch\n' });
    for (const [value, code] of [
      ['/nowhere/at/all', 'CONTEXT_NOT_FOUND'],
      ['target:other', 'CONTEXT_INVALID'],
      [`oci-layout://${bench.context}`, 'CONTEXT_INVALID'],
      ['oci-layout:///x@sha256:1', 'CONTEXT_INVALID'],
    ] as const) {
      const { error } = await bench.build({ namedContexts: { name: value } });
      assert.ok(isCaissonError(error, code), `${value}: ${String(error)}`);
      assert.ok(error.hint);
    }
    const { error } = await bench.build({ namedContexts: { Upper: bench.context } });
    assert.ok(isCaissonError(error, 'CONTEXT_INVALID'));
    assert.match(error.message, /^invalid context name Upper/);
  });
});
