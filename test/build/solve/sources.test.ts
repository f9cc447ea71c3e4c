// Whole builds from sources of every kind: what lies in the image, what comes from the cache, what the build says it was made from.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { isCaissonError } from '../../../src/core/index.ts';
import type { Store } from '../../../src/store/index.ts';
import { serveGit } from '../../support/git-server.ts';
import { serveHttp } from '../../support/http-server.ts';
import { tarOf } from '../sources/tar.ts';
import { type Outcome, openWorkbench, type StoredImage } from './workbench.ts';

const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

function imageOf({ image, error }: Outcome): StoredImage {
  assert.equal(error, undefined);
  assert.ok(image);
  return image;
}

/** `600 7:8 /path` of an entry of an image, with its time where asked for. */
function entryOf(store: Store, image: StoredImage, path: string): readonly unknown[] {
  const entry = store.layers.view(image.image.layers).lstat(path);
  return [entry?.mode.toString(8), `${entry?.uid}:${entry?.gid}`, Number(entry?.mtime ?? 0n) / 1e6];
}

suite('ADD of URLs', () => {
  test('names, times, owners and modes are BuildKit’s', async () => {
    await using bench = await openWorkbench();
    await using server = await serveHttp({
      '*': (_, response) => response.setHeader('Last-Modified', date).end('text'),
    });
    const url = server.url;
    bench.write({
      local: 'mine',
      Dockerfile: `FROM scratch
ADD ${url}/plain.txt /a/
ADD ${url}/plain.txt /b
ADD ${url}/ /c/
ADD ${url}/dir/?query=1#hash /d/
ADD ${url}/a%20b*.txt /e/
ADD --chmod=755 --chown=7:8 ${url}/plain.txt /f/
ADD ${url}/plain.txt local ${url}/other /g/
`,
    });
    const image = imageOf(await bench.build());
    const time = Date.parse(date);
    for (const path of [
      '/a/plain.txt',
      '/b',
      '/c/__unnamed__',
      '/d/dir',
      '/e/a b*.txt',
      '/g/plain.txt',
      '/g/other',
    ])
      assert.deepEqual(entryOf(bench.store, image, path), ['600', '0:0', time], path);
    assert.deepEqual(entryOf(bench.store, image, '/f/plain.txt'), ['755', '7:8', time]);
    assert.deepEqual(entryOf(bench.store, image, '/f').slice(0, 2), ['755', '7:8']);
    assert.equal(bench.read(image, '/g/local'), 'mine');
    assert.equal(image.image.layers.length, 7);
    assert.equal(
      image.image.config.history?.at(-1)?.created_by,
      `ADD ${url}/plain.txt local ${url}/other /g/ # buildkit`,
    );
    const fetched = image.sources.filter(({ kind }) => kind === 'http');
    assert.deepEqual(fetched[0], { kind: 'http', asked: `${url}/plain.txt`, digest: digestOf('text') });
  });

  test('an archive is kept as it is, and unpacked when asked to be', async () => {
    await using bench = await openWorkbench();
    const archive = tarOf([{ name: 'in/file', text: 'packed' }]);
    await using server = await serveHttp({ '/a.tar': (_, response) => response.end(archive) });
    bench.write({
      Dockerfile: `FROM scratch\nADD ${server.url}/a.tar /kept/\nADD --unpack=true ${server.url}/a.tar /out/\n`,
    });
    const image = imageOf(await bench.build());
    assert.equal(bench.read(image, '/kept/a.tar'), archive.toString('latin1'));
    assert.equal(bench.read(image, '/out/in/file'), 'packed');
  });

  test('a step is cached while the file is the same, whatever its time; it runs again when the file changed', async () => {
    await using bench = await openWorkbench();
    let text = 'one';
    let time = date;
    await using server = await serveHttp({
      '/f': (_, response) => response.setHeader('Last-Modified', time).end(text),
    });
    const line = `ADD ${server.url}/f /f`;
    bench.write({ Dockerfile: `FROM scratch\n${line}\nCOPY Dockerfile /d\n` });
    const steps = async () => (await bench.build()).steps;
    assert.equal((await steps())[line], 'done');
    assert.deepEqual([(await steps())[line], (await steps())['COPY Dockerfile /d']], ['cached', 'cached']);
    time = 'Thu, 22 Oct 2015 07:28:00 GMT';
    assert.equal((await steps())[line], 'cached');
    text = 'two';
    const changed = await bench.build();
    assert.deepEqual([changed.steps[line], changed.steps['COPY Dockerfile /d']], ['done', 'done']);
    assert.equal(bench.read(imageOf(changed), '/f'), 'two');
  });

  test('what is wrong is told at its place, and nothing is left behind', async () => {
    await using bench = await openWorkbench();
    await using server = await serveHttp({ '/f': (_, response) => response.end('x') });
    const none = digestOf('something else');
    const cases: readonly (readonly [line: string, code: string, message: RegExp])[] = [
      [`ADD ${server.url}/none /x`, 'FETCH_FAILED', /invalid response status 404/],
      [`ADD --checksum=${none} ${server.url}/f /x`, 'CHECKSUM_MISMATCH', /^digest mismatch sha256:/],
      [`ADD --checksum=sha256:aaa ${server.url}/f /x`, 'CHECKSUM_INVALID', /invalid checksum digest length/],
      [
        `ADD --checksum=${none} Dockerfile /x`,
        'CHECKSUM_INVALID',
        /checksum requires HTTP\(S\) or Git sources/,
      ],
      [`ADD --checksum=${none} ${server.url}/f Dockerfile /x/`, 'CHECKSUM_INVALID', /multiple sources/],
      [`COPY ${server.url}/f /x`, 'SOURCE_INVALID', /source can't be a URL for COPY/],
      ['COPY https://host/r.git /x', 'SOURCE_INVALID', /source can't be a git ref for COPY/],
      ['ADD https://host/r.git#--upload-pack=id /x', 'SOURCE_INVALID', /invalid git ref/],
      ['ADD https://host/r.git?foo=1 /x', 'SOURCE_INVALID', /unexpected query "foo"/],
    ];
    for (const [line, code, message] of cases) {
      bench.write({ Dockerfile: `FROM scratch\n${line}\n` });
      const { error } = await bench.build();
      assert.ok(isCaissonError(error, code), `${line}: ${String(error)}`);
      assert.match(error.message, message);
      assert.deepEqual([error.location?.file, error.location?.line], ['Dockerfile', 2]);
      assert.ok(error.hint);
    }
    assert.deepEqual(bench.leftovers(), []);
  });
});

test('an empty stage has a root to copy, and nothing else', async () => {
  await using bench = await openWorkbench();
  bench.write({ Dockerfile: 'FROM scratch AS empty\nFROM scratch\nCOPY --from=empty / /c\n' });
  const image = imageOf(await bench.build());
  assert.equal(bench.store.layers.view(image.image.layers).lstat('/c')?.type, 'directory');
  bench.write({ Dockerfile: 'FROM scratch AS empty\nFROM scratch\nCOPY --from=empty /a /c\n' });
  assert.ok(isCaissonError((await bench.build()).error, 'SOURCE_NOT_FOUND'));
});

suite('ADD of Git repositories', () => {
  test('the tree, a directory of it, and the repository itself', async () => {
    await using bench = await openWorkbench();
    await using server = await serveGit();
    const repository = server.repository('r');
    const commit = repository.commit({ a: 'x', 'd/e': 'y' });
    const url = `${server.url}/r.git`;
    bench.write({
      Dockerfile: `FROM scratch
ADD ${url} /a
ADD ${url}#main:d /b/
ADD --keep-git-dir=true --chown=7:8 ${url} /c
ADD ${url}#main:d Dockerfile /d/
`,
    });
    const outcome = await bench.build();
    const image = imageOf(outcome);
    assert.equal(bench.read(image, '/a/d/e'), 'y');
    assert.equal(bench.read(image, '/a/.git/HEAD'), undefined);
    assert.equal(bench.read(image, '/b/e'), 'y');
    assert.equal(bench.read(image, '/c/.git/HEAD')?.trim(), commit);
    assert.deepEqual(entryOf(bench.store, image, '/c/a').slice(0, 2), ['644', '7:8']);
    assert.equal(bench.read(image, '/d/e'), 'y');
    assert.ok(bench.read(image, '/d/Dockerfile'));
    const asked = { kind: 'git', asked: `${url}#main`, remote: url, ref: 'main', commit };
    assert.deepEqual(
      image.sources.filter((source) => source.kind === 'git' && source.ref === 'main'),
      [asked],
    );
  });

  test('a step is cached until the branch moves; a commit is not asked about', async () => {
    await using bench = await openWorkbench();
    await using server = await serveGit();
    const repository = server.repository('r');
    const first = repository.commit({ a: 'one' });
    const line = `ADD ${server.url}/r.git /a`;
    const pinned = `ADD ${server.url}/r.git#${first} /b`;
    bench.write({ Dockerfile: `FROM scratch\n${pinned}\n${line}\n` });
    assert.deepEqual((await bench.build()).steps[line], 'done');
    const asked = server.server.requests.length;
    const { steps } = await bench.build();
    assert.deepEqual([steps[line], steps[pinned]], ['cached', 'cached']);
    assert.ok(server.server.requests.length - asked <= 2, 'more than one look at the refs');
    repository.commit({ a: 'two' });
    const moved = await bench.build();
    assert.deepEqual([moved.steps[line], moved.steps[pinned]], ['done', 'cached']);
    assert.equal(bench.read(imageOf(moved), '/a/a'), 'two');
  });
});
