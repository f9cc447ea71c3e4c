// Fetching trees from real repositories: refs, directories, submodules, what is kept, and what a hostile one cannot do.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { isCaissonError } from '../../../../src/core/index.ts';
import { serveGit, type TestRepository } from '../../../support/git-server.ts';
import { openFetcher } from './fetcher.ts';

suite('refs', () => {
  test('the default branch, a branch, tags of both kinds, a full name and a commit', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    const repository = server.repository('r');
    const first = repository.commit({ a: 'one' });
    repository.git('tag', 'plain');
    repository.git('tag', '-a', 'noted', '-m', 'x');
    const tag = repository.git('rev-parse', 'noted');
    const second = repository.commit({ a: 'two' });
    repository.git('checkout', '-q', '-b', 'side');
    const third = repository.commit({ a: 'three' });
    repository.git('checkout', '-q', 'main');
    const url = `${server.url}/r.git`;
    const at = async (suffix: string) => {
      const { commit, object, folder } = await fetcher.fetch(`${url}${suffix}`);
      return [commit, object, readFileSync(join(folder, 'a'), 'utf8')];
    };
    assert.deepEqual(await at(''), [second, second, 'two']);
    assert.deepEqual(await at('#side'), [third, third, 'three']);
    assert.deepEqual(await at('#plain'), [first, first, 'one']);
    assert.deepEqual(await at('#noted'), [first, tag, 'one']);
    assert.deepEqual(await at('#refs/heads/side'), [third, third, 'three']);
    assert.deepEqual(await at('?tag=noted'), [first, tag, 'one']);
    assert.deepEqual(await at(`#${first}`), [first, first, 'one']);
  });

  test('a branch is asked about each time; a commit only once', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    const repository = server.repository('r');
    const first = repository.commit({ a: 'one' });
    const url = `${server.url}/r.git`;
    assert.equal((await fetcher.fetch(url)).cached, false);
    assert.equal((await fetcher.fetch(url)).cached, true);
    const second = repository.commit({ a: 'two' });
    assert.equal((await fetcher.fetch(url)).commit, second);
    const asked = server.server.requests.length;
    assert.equal((await fetcher.fetch(`${url}#${first}`)).cached, true);
    assert.equal(server.server.requests.length, asked);
  });

  test('a pin holds a branch fast', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    const repository = server.repository('r');
    const first = repository.commit({ a: 'one' });
    repository.commit({ a: 'two' });
    const access = { proxies: {}, pins: { git: () => first } };
    assert.equal((await fetcher.fetch(`${server.url}/r.git#main`, { access })).commit, first);
  });

  test('a server that gives single commits to nobody gives its branches', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    const repository = server.repository('r');
    const first = repository.commit({ a: 'one' });
    repository.commit({ a: 'two' });
    repository.git('config', 'uploadpack.allowAnySHA1InWant', 'false');
    const { folder } = await fetcher.fetch(`${server.url}/r.git#${first}`);
    assert.equal(readFileSync(join(folder, 'a'), 'utf8'), 'one');
  });
});

suite('files', () => {
  test('have git’s modes and the commit’s time, whatever the umask; links are links', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    const repository = server.repository('r');
    repository.commit({ a: 'x', run: '#!/bin/sh\n', 'd/e/f': 'y', l: '-> /etc/passwd' });
    const umask = process.umask(0o077);
    const fetched = await fetcher.fetch(`${server.url}/r.git`).finally(() => process.umask(umask));
    assert.deepEqual(fetched.tree, [
      'd755 d',
      'd755 d/e',
      'f644 a',
      'f644 d/e/f',
      'f755 run',
      'link l -> /etc/passwd',
    ]);
    for (const name of ['a', 'd', 'd/e/f'])
      assert.equal(statSync(join(fetched.folder, name)).mtime.toISOString(), '2021-03-03T03:03:03.000Z');
  });

  test('of a directory lie at the root', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    server.repository('r').commit({ a: 'x', 'd/e/f': 'y', 'd/g': 'z' });
    assert.deepEqual((await fetcher.fetch(`${server.url}/r.git#main:d`)).tree, [
      'd755 e',
      'f644 e/f',
      'f644 g',
    ]);
    assert.deepEqual((await fetcher.fetch(`${server.url}/r.git?subdir=d/e`)).tree, ['f644 f']);
  });

  test('a directory that is none, or a link, is refused', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    server.repository('r').commit({ a: 'x', l: '-> /etc' });
    for (const [name, reason] of [
      ['none', 'no such file or directory'],
      ['a', 'not a directory'],
      ['l', 'not a directory'],
    ])
      await assert.rejects(fetcher.fetch(`${server.url}/r.git#main:${name}`), {
        code: 'GIT_SUBDIRECTORY_INVALID',
        message: `invalid subdir /${name}: ${reason}`,
      });
  });

  test('the repository stays when it is wanted: usable, without credentials, the same every time', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    await using another = await openFetcher();
    const repository = server.repository('r');
    const commit = repository.commit({ a: 'x' });
    repository.git('tag', 'v1');
    const url = `${server.url.replace('//', '//me:secret@')}/r.git?tag=v1`;
    const { folder } = await fetcher.fetch(url, { keepGitDir: true });
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['--no-optional-locks', '-C', folder, ...args])
        .toString()
        .trim();
    assert.equal(git('rev-parse', 'HEAD'), commit);
    assert.equal(git('status', '--porcelain'), '');
    assert.equal(git('tag'), 'v1');
    assert.doesNotMatch(readFileSync(join(folder, '.git/config'), 'utf8'), /secret/);
    assert.equal(git('remote', 'get-url', 'origin'), `${server.url.replace('//', '//xxxxx@')}/r.git`);
    const index = (path: string) => readFileSync(join(path, '.git/index'));
    const other = await another.fetch(url, { keepGitDir: true });
    assert.deepEqual(index(other.folder), index(folder));
    assert.ok(!existsSync(join(folder, '.git/FETCH_HEAD')));
  });
});

/** Git is given the folder, since this process, which serves the repositories, waits for it. */
function addSubmodule(into: TestRepository, name: string, repository: TestRepository, url: string): void {
  into.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', repository.folder, name);
  into.git('config', '-f', '.gitmodules', `submodule.${name}.url`, url);
}

suite('submodules', () => {
  test('are fetched, at any depth, and leave no trace of git', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    const inner = server.repository('inner');
    inner.commit({ i: 'inner' });
    const middle = server.repository('middle');
    addSubmodule(middle, 'in', inner, `${server.url}/inner.git`);
    middle.commit({ m: 'middle' });
    const outer = server.repository('outer');
    addSubmodule(outer, 'mid', middle, '../middle.git');
    outer.commit({ o: 'outer' });
    const tree = [
      'd755 mid',
      'd755 mid/in',
      'f644 .gitmodules',
      'f644 mid/.gitmodules',
      'f644 mid/in/i',
      'f644 mid/m',
      'f644 o',
    ];
    assert.deepEqual((await fetcher.fetch(`${server.url}/outer.git`)).tree, tree);
    assert.deepEqual((await fetcher.fetch(`${server.url}/outer.git?submodules=false`)).tree, [
      'd755 mid',
      'f644 .gitmodules',
      'f644 o',
    ]);
  });

  test('of this machine’s files are refused', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    const inner = server.repository('inner');
    inner.commit({ secret: 'of this machine' });
    const outer = server.repository('outer');
    addSubmodule(outer, 'in', inner, inner.folder);
    outer.commit({ o: 'outer' });
    await assert.rejects(fetcher.fetch(`${server.url}/outer.git`), (error) => {
      assert.ok(isCaissonError(error, 'GIT_FAILED'));
      assert.match(error.message, /failed to update submodules.*transport 'file' not allowed/s);
      return true;
    });
  });
});

suite('a hostile repository', () => {
  test('runs no hooks and no filters, and this user’s configuration does not count', async (t) => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    const repository = server.repository('r');
    const home = mkdtempSync('/var/tmp/caisson-git-home-');
    t.after(() => rmSync(home, { recursive: true, force: true }));
    const mark = join(home, 'ran');
    writeFileSync(
      join(home, '.gitconfig'),
      `[filter "evil"]\n\tsmudge = touch ${mark}\n[core]\n\thooksPath = ${home}\n[url "file:///"]\n\tinsteadOf = http://\n`,
    );
    writeFileSync(join(home, 'post-checkout'), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    repository.commit({ '.gitattributes': '* filter=evil\n', a: 'x' });
    const before = process.env['HOME'];
    process.env['HOME'] = home;
    t.after(() => {
      process.env['HOME'] = before;
    });
    assert.deepEqual((await fetcher.fetch(`${server.url}/r.git`)).tree, ['f644 .gitattributes', 'f644 a']);
    assert.ok(!existsSync(mark));
  });
});

suite('failures', () => {
  test('a ref that is not there, an empty repository, no repository', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    server.repository('r').commit({ a: 'x' });
    server.repository('empty');
    await assert.rejects(fetcher.fetch(`${server.url}/r.git#none`), {
      code: 'GIT_REF_NOT_FOUND',
      message: 'repository does not contain ref none',
    });
    await assert.rejects(fetcher.fetch(`${server.url}/empty.git`), {
      code: 'GIT_REF_NOT_FOUND',
      message: `could not find default branch for repository: ${server.url}/empty.git`,
    });
    await assert.rejects(fetcher.fetch(`${server.url}/none.git`), {
      code: 'GIT_FAILED',
      message: /^error fetching default branch for repository/,
    });
  });

  test('a checksum that differs, or is none, is told in BuildKit’s words', async () => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    const repository = server.repository('r');
    const commit = repository.commit({ a: 'x' });
    repository.git('tag', '-a', 'v1', '-m', 'x');
    const tag = repository.git('rev-parse', 'v1');
    const url = `${server.url}/r.git#v1`;
    for (const checksum of [commit, tag, commit.slice(0, 7)])
      assert.equal((await fetcher.fetch(url, { checksum })).commit, commit);
    const other = 'f'.repeat(40);
    await assert.rejects(fetcher.fetch(url, { checksum: other }), {
      code: 'CHECKSUM_MISMATCH',
      message: `expected checksum to match ${other}, got ${tag} or ${commit}`,
    });
    await assert.rejects(fetcher.fetch(url, { checksum: 'zzz' }), {
      code: 'CHECKSUM_INVALID',
      message: 'invalid checksum zzz for Git URL, expected hex commit hash',
    });
  });

  test('a machine without git says what is missing', async (t) => {
    await using server = await serveGit();
    await using fetcher = await openFetcher();
    server.repository('r').commit({ a: 'x' });
    const before = process.env['PATH'];
    t.after(() => {
      process.env['PATH'] = before;
    });
    process.env['PATH'] = '/nowhere';
    await assert.rejects(fetcher.fetch(`${server.url}/r.git`), { code: 'PROGRAM_NOT_FOUND' });
  });
});
