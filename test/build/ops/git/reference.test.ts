// Git URLs as they are written, and what must not pass for one.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type GitReference,
  parseGitContext,
  parseGitReference,
} from '../../../../src/build/ops/git/index.ts';

const plain: GitReference = {
  remote: 'https://host/repo.git',
  ref: '',
  checksum: undefined,
  subdirectory: '',
  keepGitDir: undefined,
  submodules: true,
};

const sha = '0123456789abcdef0123456789abcdef01234567';

const accepted: readonly (readonly [text: string, parts: Partial<GitReference>])[] = [
  ['https://host/repo.git', {}],
  ['HTTPS://host/repo.git', {}],
  ['https://host/repo.git#main', { ref: 'main' }],
  ['https://host/repo.git#refs/pull/1/head', { ref: 'refs/pull/1/head' }],
  ['https://host/repo.git#main:docker/app', { ref: 'main', subdirectory: 'docker/app' }],
  ['https://host/repo.git#:docker', { subdirectory: 'docker' }],
  ['https://host/repo.git#main:../../etc', { ref: 'main', subdirectory: 'etc' }],
  ['https://host/repo.git#main:/', { ref: 'main', subdirectory: '' }],
  ['https://me:token@host/repo.git', { remote: 'https://me:token@host/repo.git' }],
  ['git://host/repo', { remote: 'git://host/repo' }],
  ['ssh://git@host:22/repo.git#v1', { remote: 'ssh://git@host:22/repo.git', ref: 'v1' }],
  ['git@host:owner/repo', { remote: 'git@host:owner/repo' }],
  ['git@host:owner/repo.git#v1:dir', { remote: 'git@host:owner/repo.git', ref: 'v1', subdirectory: 'dir' }],
  ['https://host/repo.git?branch=main', { ref: 'refs/heads/main' }],
  ['https://host/repo.git?tag=v1', { ref: 'refs/tags/v1' }],
  ['https://host/repo.git?tag=refs/tags/v1', { ref: 'refs/tags/v1' }],
  ['https://host/repo.git?ref=v1&subdir=a/b', { ref: 'v1', subdirectory: 'a/b' }],
  ['https://host/repo.git?ref=v1#v1', { ref: 'v1' }],
  [`https://host/repo.git?commit=${sha}`, { ref: sha, checksum: sha }],
  [`https://host/repo.git?tag=v1&checksum=${sha}`, { ref: 'refs/tags/v1', checksum: sha }],
  ['https://host/repo.git?keep-git-dir', { keepGitDir: true }],
  ['https://host/repo.git?keep-git-dir=false', { keepGitDir: false }],
  ['https://host/repo.git?submodules=0', { submodules: false }],
  ['git@host:repo?branch=x', { remote: 'git@host:repo', ref: 'refs/heads/x' }],
];

suite('taken', () => {
  for (const [text, parts] of accepted)
    test(text, () => assert.deepEqual(parseGitReference(text), { ...plain, ...parts }));
});

const others = [
  'https://host/file.tar.gz',
  'https://host/repo.git/file',
  'file:///srv/repo.git',
  'ext::sh -c id',
  './repo.git',
  '/srv/repo.git',
  'repo.git',
  'github.com/owner/repo',
];

suite('not Git', () => {
  for (const text of others) test(text, () => assert.equal(parseGitReference(text), undefined));

  test('github.com/… is taken as a context, and only there', () => {
    const { remote, ref } = parseGitContext('github.com/owner/repo#v1') ?? plain;
    assert.deepEqual([remote, ref], ['https://github.com/owner/repo.git', 'v1']);
  });
});

const refused: readonly (readonly [text: string, message: string])[] = [
  ['https://host/repo.git#--upload-pack=id', 'invalid git ref "--upload-pack=id"'],
  ['https://host/repo.git?ref=-u', 'invalid git ref "-u"'],
  ['https://host/repo.git#a..b', 'invalid git ref "a..b"'],
  ['https://host/repo.git#a*', 'invalid git ref "a*"'],
  ['https://host/repo.git#a b', 'invalid git ref "a b"'],
  ['https://host/repo.git#HEAD@{1}', 'invalid git ref "HEAD@{1}"'],
  ['ssh://-oProxyCommand=id/repo.git', 'invalid git remote "ssh://-oProxyCommand=id/repo.git"'],
  ['ssh://git@-oProxyCommand=id/repo.git', 'invalid git remote "ssh://git@-oProxyCommand=id/repo.git"'],
  ['git@-oProxyCommand:repo', 'invalid git remote "git@-oProxyCommand:repo"'],
  ['git@host:-u', 'invalid git remote "git@host:-u"'],
  ['git://host/a\nb', 'invalid git remote "git://host/a\\nb"'],
  ['https://host/repo.git?foo=1', 'unexpected query "foo"'],
  ['https://host/repo.git?ref=a&ref=b', 'query "ref" has multiple values'],
  ['https://host/repo.git?ref', 'query "ref" has no value'],
  ['https://host/repo.git?ref=a#b', 'ref conflicts: "b" vs "a"'],
  ['https://host/repo.git?tag=a&branch=b', 'branch conflicts with tag'],
  ['https://host/repo.git?subdir=a#main:b', 'subdir conflicts: "b" vs "a"'],
  ['https://host/repo.git?submodules=maybe', 'invalid submodules value: "maybe"'],
];

suite('refused', () => {
  for (const [text, message] of refused)
    test(text, () => assert.throws(() => parseGitReference(text), { code: 'GIT_URL_INVALID', message }));
});
