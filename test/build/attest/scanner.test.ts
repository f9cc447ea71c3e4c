// Finding packages: each kind of database, and trees that mean harm.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
  elfProgram,
  inlineGoInfo,
  pointedGoInfo,
  purls,
  rpmHeader,
  rpmNdb,
  scanFiles,
  type Tree,
} from './trees.ts';

const debian = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';
const status = `Package: libc6
Status: install ok installed
Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
Architecture: amd64
Source: glibc (2.36-9+deb12u9)
Version: 2.36-9+deb12u10
Description: library
 Version: 9
 .

Package: removed
Status: deinstall ok config-files
Architecture: amd64
Version: 1
`;
const modules =
  'path\texample.com/app\nmod\texample.com/app\t(devel)\t\ndep\texample.com/a/b\tv1.4.2\th1:x=\ndep\texample.com/old\tv1.0.0\n=>\texample.com/fork/v2\tv2.0.1\th1:y=\nbuild\tGOOS=linux\n';
const goModules = [
  'pkg:golang/example.com/a/b@v1.4.2',
  'pkg:golang/example.com/app',
  'pkg:golang/example.com/fork/v2@v2.0.1',
];
const rpms = [
  'pkg:rpm/hello-att@1.2-3?arch=noarch&epoch=1&upstream=hello-att-1.2-3.src.rpm',
  'pkg:rpm/second@1.2-3?arch=noarch&upstream=second-1.2-3.src.rpm',
];

function fixture(name: string): Buffer {
  return gunzipSync(readFileSync(new URL(`rpm/${name}.gz`, import.meta.url)));
}

describe('the scanner finds', () => {
  const cases: Readonly<Record<string, readonly [files: Tree, packages: readonly string[]]>> = {
    'what dpkg installed, not what it removed': [
      { '/etc/os-release': debian, '/var/lib/dpkg/status': status },
      [
        'pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12&upstream=glibc%402.36-9%2Bdeb12u9',
      ],
    ],
    'packages of images without dpkg': [
      {
        '/var/lib/dpkg/status.d/base': 'Package: base-files\nVersion: 12.4\nArchitecture: amd64\n',
        '/var/lib/dpkg/status.d/base.md5sums': 'Package: x\nVersion: 1\n',
      },
      ['pkg:deb/debian/base-files@12.4?arch=amd64'],
    ],
    'what apk installed': [
      {
        '/usr/lib/os-release': 'ID=alpine\nVERSION_ID=3.20.1\n',
        '/lib/apk/db/installed':
          'C:Q1x=\nP:musl-utils\nV:1.2.5-r0\nA:x86_64\nL:MIT AND BSD-2-Clause\no:musl\nm:Someone <a@b.c>\nF:usr/bin\nR:ldd\na:0:0:755\n\n',
      },
      ['pkg:apk/alpine/musl-utils@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1&upstream=musl'],
    ],
    "rpm's SQLite database, as rpm 4.18 wrote it": [
      { '/var/lib/rpm/rpmdb.sqlite': fixture('rpmdb.sqlite') },
      rpms,
    ],
    "rpm's Berkeley DB, as db_load wrote it": [{ '/var/lib/rpm/Packages': fixture('Packages') }, rpms],
    "rpm's own database": [
      {
        '/usr/lib/sysimage/rpm/Packages.db': rpmNdb([
          rpmHeader({ 1000: 'zypper', 1001: '1.14', 1002: '5.1', 1014: 'MIT', 1022: 'x86_64' }),
          rpmHeader({ 1000: 'gpg-pubkey', 1001: 'abc', 1002: '1' }),
        ]),
      },
      ['pkg:rpm/zypper@1.14-5.1?arch=x86_64'],
    ],
    'installed npm packages': [
      {
        '/usr/lib/node_modules/npm/package.json':
          '{"name":"npm","version":"10.1.0","license":"Artistic-2.0"}',
        '/app/node_modules/@scope/pkg/package.json': '{"name":"@scope/pkg","version":"1.0.0"}',
        '/app/node_modules/@scope/pkg/test/package.json': '{"name":"no","version":"1.0.0"}',
        '/app/package.json': '{"name":"mine","version":"0.0.1"}',
      },
      ['pkg:npm/%40scope/pkg@1.0.0', 'pkg:npm/npm@10.1.0'],
    ],
    'locked npm packages of every version of the file': [
      {
        '/a/package-lock.json':
          '{"lockfileVersion":3,"packages":{"":{"name":"a","version":"1.0.0"},"node_modules/x/node_modules/@s/y":{"version":"2.0.0"},"node_modules/l":{"link":true}}}',
        '/b/package-lock.json':
          '{"lockfileVersion":1,"dependencies":{"x":{"version":"1.0.0","dependencies":{"z":{"version":"3.0.0"}}}}}',
      },
      ['pkg:npm/%40s/y@2.0.0', 'pkg:npm/x@1.0.0', 'pkg:npm/z@3.0.0'],
    ],
    'Python distributions': [
      {
        '/usr/lib/python3/dist-packages/PyYAML-6.0.dist-info/METADATA':
          'Metadata-Version: 2.1\nName: PyYAML\nVersion: 6.0\nLicense: MIT\n\nName: no\n',
        '/usr/lib/python3/dist-packages/my_tool.egg-info/PKG-INFO': 'Name: my_tool\nVersion: 1.1\n',
        '/usr/lib/python3/dist-packages/flat-2.egg-info': 'Name: flat\nVersion: 2\n',
      },
      ['pkg:pypi/flat@2', 'pkg:pypi/my-tool@1.1', 'pkg:pypi/pyyaml@6.0'],
    ],
    'modules of Go programs': [
      { '/bin/app': elfProgram(inlineGoInfo('go1.24.1 X:nocoverageredesign', modules)) },
      [...goModules, 'pkg:golang/stdlib@1.24.1'],
    ],
    'modules of programs of older Go': [
      { '/bin/app': elfProgram(pointedGoInfo('go1.16.3', modules)) },
      [...goModules, 'pkg:golang/stdlib@1.16.3'],
    ],
  };
  for (const [name, [files, packages]] of Object.entries(cases))
    it(name, async () => {
      const scan = await scanFiles(files);
      assert.deepEqual(purls(scan), packages);
      assert.deepEqual(scan.unreadable, []);
    });

  it('a package once, with everything that tells of it', async () => {
    const about = '{"name":"x","version":"1.0.0"}';
    const { packages } = await scanFiles({
      '/b/node_modules/x/package.json': about,
      '/a/node_modules/x/package.json': about,
    });
    assert.deepEqual(
      packages.map(({ paths }) => paths),
      [['/a/node_modules/x/package.json', '/b/node_modules/x/package.json']],
    );
  });
});

describe('a hostile tree', () => {
  it('gets nothing from outside of it', async () => {
    const scan = await scanFiles({ '/etc/x': '' }, (folder) => {
      symlinkSync('/var', join(folder, 'var'));
      symlinkSync('/etc/os-release', join(folder, 'etc/os-release'));
      symlinkSync('../../../../../../../etc', join(folder, 'usr'));
    });
    assert.deepEqual([purls(scan), scan.distribution.id], [[], '']);
  });

  const damaged: Readonly<Record<string, Tree>> = {
    'a database cut short': { '/var/lib/rpm/rpmdb.sqlite': fixture('rpmdb.sqlite').subarray(0, 5000) },
    'a hash file cut short': { '/var/lib/rpm/Packages': fixture('Packages').subarray(0, 9000) },
    'a slot that points away': {
      '/var/lib/rpm/Packages.db': rpmNdb([rpmHeader({ 1000: 'a', 1001: '1' })]).subarray(0, 4100),
    },
    'a header that counts too much': { '/var/lib/rpm/Packages.db': rpmNdb([Buffer.alloc(64, 0xff)]) },
    'JSON that is none': { '/a/node_modules/x/package.json': '{' },
    'a file far too large': { '/a/node_modules/x/package.json': ' '.repeat(5_000_000) },
    'Go strings without an end': {
      '/bin/a': elfProgram(Buffer.concat([inlineGoInfo('', '').subarray(0, 32), Buffer.alloc(64, 0xff)])),
    },
  };
  for (const [name, files] of Object.entries(damaged))
    it(`is named with what is wrong: ${name}`, async () => {
      const scan = await scanFiles({
        ...files,
        '/b/node_modules/y/package.json': '{"name":"y","version":"1"}',
      });
      assert.deepEqual(purls(scan), ['pkg:npm/y@1']);
      assert.equal(scan.unreadable.length, 1);
      assert.ok(scan.unreadable[0]?.startsWith(`${Object.keys(files)[0]}: `), scan.unreadable[0]);
    });

  it('cannot make a database that never ends', async () => {
    const folder = mkdtempSync('/var/tmp/caisson-sqlite-');
    const database = new DatabaseSync(join(folder, 'db'));
    database.exec(
      'CREATE VIEW Packages AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT zeroblob(9) AS blob FROM n',
    );
    database.close();
    const scan = await scanFiles({ '/var/lib/rpm/rpmdb.sqlite': readFileSync(join(folder, 'db')) });
    rmSync(folder, { recursive: true });
    assert.deepEqual(scan.unreadable, ['/var/lib/rpm/rpmdb.sqlite: It is no database of rpm']);
  });

  it('loops of dependencies in a lock file end', async () => {
    let nested = '{"version":"1.0.0"}';
    for (let depth = 0; depth < 3000; depth++)
      nested = `{"version":"1.0.${depth}","dependencies":{"d":${nested}}}`;
    const scan = await scanFiles({ '/a/package-lock.json': `{"dependencies":{"d":${nested}}}` });
    assert.ok(scan.packages.length <= 101);
  });
});
