// The view of a chain of layers: what the kernel's overlay mount shows, with links resolved inside the tree.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { test } from 'node:test';
import { setXattr } from '../../../src/core/index.ts';
import { fsPath } from '../../../src/oci/index.ts';
import type { TreeView } from '../../../src/store/index.ts';
import { unpackLayer } from '../../../src/store/layers/index.ts';
import { openView } from '../../../src/store/view/index.ts';
import { archiveOf, type Member } from '../../oci/tar/archive.ts';
import { fc } from '../../support/property.ts';
import { temporaryFolder } from '../layers/tree.ts';

/** Makes layer folders from members, bottom first, and views them. */
async function viewed(
  layers: readonly (readonly Member[])[],
  body: (view: TreeView, folders: readonly string[]) => void,
) {
  using folder = temporaryFolder();
  const folders: string[] = [];
  for (const [index, members] of layers.entries()) {
    const [file, layer] = [`${folder.path}/${index}.tar`, `${folder.path}/${index}`];
    writeFileSync(file, archiveOf(...members));
    mkdirSync(layer);
    await unpackLayer({ file, folder: layer, whiteouts: true });
    folders.unshift(layer);
  }
  body(openView(folders), folders);
}

const symlink = (name: string, linkName: string): Member => ({ name, type: 'symlink', linkName });
const file = (name: string, content = name): Member => ({ name, content });

test('upper layers hide, whiteouts take away, opaque directories start anew', () =>
  viewed(
    [
      [file('a/x', 'old'), file('a/y'), file('b/x'), file('c')],
      [file('a/x', 'new'), file('a/.wh.y', ''), file('b/.wh..wh..opq', ''), file('b/z'), file('.wh.c', '')],
      [file('c/d')],
    ],
    (view) => {
      assert.deepEqual(view.list('/'), ['a', 'b', 'c']);
      assert.deepEqual(view.list('/a'), ['x']);
      assert.equal(view.read('/a/x')?.toString(), 'new');
      assert.equal(view.lstat('/a/y'), undefined);
      assert.deepEqual(view.list('/b'), ['z']);
      assert.deepEqual(view.list('/c'), ['d']);
    },
  ));

const resolutions: readonly (readonly [path: string, resolved: string])[] = [
  ['/', '/'],
  ['', '/'],
  ['etc/../../..', '/'],
  ['/bin/sh', '/usr/bin/sh'],
  ['/abs/x', '/usr/bin/x'],
  ['/escape', '/etc/passwd'],
  ['/up/../y', '/usr/y'],
  ['/missing/../y', '/y'],
  ['/chain', '/usr/bin'],
  ['/usr/./bin//sh/', '/usr/bin/sh'],
];

const linked: readonly Member[] = [
  { name: 'usr/bin', type: 'directory' },
  symlink('bin', 'usr/bin'),
  symlink('abs', '/usr/bin'),
  symlink('escape', '../../../../../../etc/passwd'),
  symlink('up', 'usr/bin'),
  symlink('chain', 'abs/../../bin/.'),
  symlink('loop', 'pool'),
  symlink('pool', 'loop'),
];

for (const [path, resolved] of resolutions) {
  test(`"${path}" resolves to ${resolved}`, () =>
    viewed([linked], (view) => assert.equal(view.resolve(path), resolved)));
}

test('the last link stays when asked for', () =>
  viewed([linked], (view) => {
    assert.equal(view.resolve('/bin', { last: false }), '/bin');
    assert.equal(view.resolve('/abs/../bin/', { last: false }), '/usr/bin');
    assert.equal(view.lstat('/bin')?.linkTarget, 'usr/bin');
  }));

test('links in a circle are an error', () =>
  viewed([linked], (view) => assert.throws(() => view.resolve('/loop/x'), { code: 'PATH_LINK_LOOP' })));

test('an absolute link means a place in the tree, never the host', () =>
  viewed([[symlink('host', '/etc'), symlink('passwd', '/etc/passwd')]], (view) => {
    assert.equal(view.read('/passwd'), undefined);
    assert.deepEqual(view.list('/host'), []);
    assert.equal(view.resolve('/host/passwd'), '/etc/passwd');
  }));

test('only files are read, and not beyond the limit', () =>
  viewed([[file('f', '12345'), { name: 'fifo', type: 'fifo' }, { name: 'd', type: 'directory' }]], (view) => {
    assert.equal(view.read('/f', 5)?.toString(), '12345');
    assert.throws(() => view.read('/f', 4), { code: 'FILE_TOO_LARGE' });
    for (const path of ['/fifo', '/d', '/none', '/f/x']) assert.equal(view.read(path), undefined);
  }));

test('names that are not UTF-8, hard links, devices and attributes are shown', () =>
  viewed(
    [
      [
        file('\xff\xe4', 'raw'),
        {
          name: 'one',
          content: '1',
          uid: 5,
          gid: 6,
          mode: 0o4711,
          xattrs: new Map([['user.a', Buffer.from('b')]]),
        },
        { name: 'two', type: 'link', linkName: 'one' },
        { name: 'dev', type: 'character', deviceMajor: 1, deviceMinor: 3 },
      ],
    ],
    (view) => {
      assert.equal(view.read('/\xff\xe4')?.toString(), 'raw');
      const [one, two] = [view.lstat('/one'), view.lstat('/two')];
      assert.ok(one?.hardlink && one.hardlink === two?.hardlink);
      assert.deepEqual([one.mode, one.uid, one.gid, one.size], [0o4711, 5, 6, 1]);
      assert.deepEqual([...view.xattrs(one)], [['user.a', Buffer.from('b')]]);
      assert.equal(view.lstat('/dev')?.device, 0x103n);
    },
  ));

test('an upper folder is seen as it is now', () => {
  using folder = temporaryFolder();
  const [lower, upper] = [`${folder.path}/lower`, `${folder.path}/upper`];
  mkdirSync(lower);
  mkdirSync(upper);
  writeFileSync(`${lower}/x`, 'lower');
  const view = openView([lower], upper);
  assert.equal(view.read('/x')?.toString(), 'lower');
  writeFileSync(`${upper}/x`, 'upper');
  assert.equal(view.read('/x')?.toString(), 'upper');
  mkdirSync(`${upper}/d`);
  assert.deepEqual(view.list('/'), ['d', 'x']);
});

test('without folders the tree is empty', () => {
  const view = openView([]);
  assert.equal(view.lstat('/'), undefined);
  assert.deepEqual(view.list('/'), []);
  assert.equal(view.resolve('/a/../b'), '/b');
});

type Change = (root: string) => void;
const names = fc.constantFrom('a', 'b', 'c', 'd\xff');
const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const change: fc.Arbitrary<Change> = fc
  .tuple(fc.constantFrom('mkdir', 'write', 'remove', 'symlink', 'link', 'rename'), paths, paths)
  .map(([kind, path, other]) => (root: string): void => {
    const [first, second] = [fsPath(`${root}/${path}`), fsPath(`${root}/${other}`)];
    if (kind === 'mkdir') mkdirSync(first, { recursive: true });
    else if (kind === 'write') writeFileSync(first, path);
    else if (kind === 'remove') rmSync(first, { recursive: true });
    else if (kind === 'symlink') symlinkSync('a', first);
    else if (kind === 'link') linkSync(first, second);
    else renameSync(first, second);
  });

function describeMount(root: string, path = ''): readonly string[] {
  return readdirSync(fsPath(`${root}${path}`), { encoding: 'latin1' })
    .sort()
    .flatMap((name) => {
      const child = `${path}/${name}`;
      const stats = lstatSync(fsPath(root + child), { bigint: true });
      const line = `${child} ${stats.mode & 0o7777n} ${stats.isFile() ? stats.size : 0n} ${stats.mtimeNs}`;
      return [line, ...(stats.isDirectory() ? describeMount(root, child) : [])];
    });
}

function describeView(view: TreeView, path = ''): readonly string[] {
  return view.list(path || '/').flatMap((name) => {
    const child = `${path}/${name}`;
    const entry = view.lstat(child);
    assert.ok(entry, child);
    const line = `${child} ${entry.mode} ${entry.size} ${entry.mtime}`;
    return [line, ...(entry.type === 'directory' ? describeView(view, child) : [])];
  });
}

test('a view shows what the kernel shows of the layers that it wrote', {
  timeout: 100_000,
  skip: process.getuid?.() !== 0,
}, () => {
  using folder = temporaryFolder();
  const at = (name: string): string => `${folder.path}/${name}`;
  let run = 0;
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 10 }), { minLength: 1, maxLength: 3 }), (layers) => {
      run += 1;
      const lower = [at(`${run}-base`)];
      for (const name of ['base', 'mount']) mkdirSync(at(`${run}-${name}`));
      for (const [index, changes] of layers.entries()) {
        const [upper, work, mount] = [at(`${run}-${index}`), at(`${run}-${index}-work`), at(`${run}-mount`)];
        mkdirSync(upper);
        mkdirSync(work);
        // Commas and colons apart, paths need no quoting; both features are off as they are for steps.
        const options = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work},redirect_dir=nofollow,metacopy=off`;
        execFileSync('mount', ['-t', 'overlay', '-o', options, 'overlay', mount]);
        let shown: readonly string[];
        try {
          for (const apply of changes) attempt(() => apply(mount));
          shown = describeMount(mount);
        } finally {
          execFileSync('umount', [mount]);
        }
        lower.unshift(upper);
        assert.deepEqual(describeView(openView(lower)), shown);
        assert.deepEqual(describeView(openView(lower.slice(1), upper)), shown);
      }
    }),
    { numRuns: 40 },
  );
});

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Changes that make no sense where they come are part of the game.
  }
}

test('an opaque mark on the root of a layer means nothing, as for the kernel', () =>
  viewed([[file('x')], [file('y')]], (_view, folders) => {
    setXattr(folders[0] ?? '', 'trusted.overlay.opaque', Buffer.from('y'));
    assert.deepEqual(openView(folders).list('/'), ['x', 'y']);
  }));
