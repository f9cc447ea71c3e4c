// Cases of ADD's archives: asked for and not, of every make, hostile and damaged.

import type { RawEntry } from './archives.ts';
import type { CopyCase } from './case.ts';
import { OWNED } from './samples.ts';

function hostile(name: string, entries: readonly RawEntry[], more?: Partial<CopyCase>): CopyCase {
  const archive = { name: 'x.tar', entries };
  return { name: `archive: ${name}`, archive, instruction: 'ADD x.tar /new/', ...more };
}

function damaged(name: string, compress: string | undefined, damage: (bytes: Buffer) => Buffer): CopyCase {
  const lines = ['d 755 0:0 s', `f 644 0:0 s/a ${'text '.repeat(3000)}`];
  const archive = { name: 'x.tar', lines, damage, ...(compress === undefined ? {} : { compress }) };
  return { name: `archive: ${name}`, archive, instruction: 'ADD x.tar /new/' };
}

/** Cases of archives. */
export const ARCHIVE_CASES: readonly CopyCase[] = [
  ...[
    'ADD --unpack=false x.tar /new/',
    'ADD --unpack=true x.tar /new/',
    'ADD --unpack x.tar /new',
    'ADD --unpack=true f.txt /new/',
    'ADD --unpack=false --chown=5:6 --chmod=600 x.tar /new',
    'ADD --exclude=s x.tar /new/',
    'ADD --exclude=x.tar x.tar /new/',
    'ADD --chmod=u=rwx,go= x.tar /new/',
    'ADD . /new/',
    'ADD ln /new/',
    'COPY x.tar /new/',
  ].map((instruction) => ({
    name: `archive: ${instruction}`,
    context: ['f 644 0:0 f.txt F', 'l ln -> x.tar'],
    archive: { name: 'x.tar', lines: OWNED },
    instruction,
  })),
  {
    name: 'archive: of a stage is not unpacked by COPY',
    from: ['f 644 1:2 x.tar text'],
    instruction: 'COPY --from=src /x.tar /new/',
  },
  hostile('empty', []),
  hostile('only its root', [{ type: 'directory', name: './', mode: 0o700, uid: 5, gid: 6 }]),
  hostile('names with dots', [
    { type: 'directory', name: './a', mode: 0o711 },
    { type: 'file', name: './a/./b//c', content: 'C' },
  ]),
  hostile('absolute name', [{ type: 'file', name: '/etc/evil', content: 'evil' }]),
  hostile('name that leaves', [{ type: 'file', name: '../evil', content: 'evil' }]),
  hostile('name that leaves deeply', [{ type: 'file', name: 'a/../../../evil', content: 'evil' }]),
  hostile('name that leaves and comes back', [{ type: 'file', name: 'a/../b', content: 'B' }]),
  hostile('link out, then through it', [
    { type: 'symlink', name: 'out', linkName: '../etc' },
    { type: 'file', name: 'out/evil', content: 'evil' },
  ]),
  hostile('absolute link, then through it', [
    { type: 'symlink', name: 'out', linkName: '/etc' },
    { type: 'file', name: 'out/evil', content: 'evil' },
  ]),
  hostile('link inside, then through it', [
    { type: 'directory', name: 'd' },
    { type: 'symlink', name: 'in', linkName: 'd' },
    { type: 'file', name: 'in/x', content: 'X' },
  ]),
  hostile('link replaced by a directory', [
    { type: 'directory', name: 'd' },
    { type: 'symlink', name: 'in', linkName: 'd' },
    { type: 'directory', name: 'in' },
    { type: 'file', name: 'in/x', content: 'X' },
  ]),
  hostile('hard link to outside', [{ type: 'link', name: 'evil', linkName: '../../etc/passwd' }]),
  hostile('hard link to what is there', [{ type: 'link', name: 'b', linkName: 'a' }], {
    base: ['d 755 0:0 new', 'f 640 5:6 new/a A'],
  }),
  hostile('hard link before its file', [
    { type: 'link', name: 'b', linkName: 'a' },
    { type: 'file', name: 'a', content: 'A' },
  ]),
  hostile('hard link to a link', [
    { type: 'symlink', name: 'a', linkName: '/etc/passwd' },
    { type: 'link', name: 'b', linkName: 'a' },
  ]),
  hostile('one name twice', [
    { type: 'file', name: 'a', content: 'one' },
    { type: 'file', name: 'a', content: 'two', mode: 0o600 },
  ]),
  hostile('file, then a directory of its name', [
    { type: 'file', name: 'a', content: 'one' },
    { type: 'directory', name: 'a', mode: 0o700 },
    { type: 'file', name: 'a/b', content: 'B' },
  ]),
  hostile('file below a file', [
    { type: 'file', name: 'a', content: 'one' },
    { type: 'file', name: 'a/b', content: 'B' },
  ]),
  hostile('directory, then a file of its name', [
    { type: 'directory', name: 'a' },
    { type: 'file', name: 'a/b', content: 'B' },
    { type: 'file', name: 'a', content: 'one' },
  ]),
  hostile('devices and pipes', [
    { type: 'character', name: 'null', deviceMajor: 1, deviceMinor: 3, mode: 0o666 },
    { type: 'block', name: 'disk', deviceMajor: 8, deviceMinor: 1, mode: 0o660, gid: 6 },
    { type: 'fifo', name: 'pipe', mode: 0o600 },
  ]),
  hostile('names of whiteouts', [
    { type: 'file', name: '.wh.gone' },
    { type: 'file', name: 'kept', content: 'K' },
  ]),
  hostile('missing directories', [{ type: 'file', name: 'a/b/c', content: 'C', uid: 5, gid: 6 }]),
  hostile(
    'missing directories with an owner asked for',
    [{ type: 'file', name: 'a/b/c', content: 'C', uid: 5 }],
    {
      instruction: 'ADD --chown=7:8 x.tar /new/',
    },
  ),
  hostile('long names', [
    { type: 'directory', name: 'd'.repeat(120) },
    { type: 'file', name: `${'d'.repeat(120)}/${'f'.repeat(150)}`, content: 'L' },
    { type: 'symlink', name: 'l', linkName: 't'.repeat(200) },
  ]),
  hostile('modes above the permissions', [
    { type: 'file', name: 'a', content: 'A', mode: 0o6755, uid: 1, gid: 2 },
  ]),
  hostile('over a link of the base', [{ type: 'file', name: 'l/x', content: 'X' }], {
    base: ['d 755 0:0 new', 'd 700 3:3 t', 'l new/l -> /t'],
  }),
  hostile('directory over a link of the base', [{ type: 'directory', name: 'l', mode: 0o711 }], {
    base: ['d 755 0:0 new', 'd 700 3:3 t', 'l new/l -> /t'],
  }),
  damaged('gzip that is cut', 'gzip', (bytes) => bytes.subarray(0, bytes.length - 20)),
  damaged('gzip with a wrong checksum', 'gzip', (bytes) => flipped(bytes, bytes.length - 6)),
  damaged('gzip with a wrong length', 'gzip', (bytes) => flipped(bytes, bytes.length - 1)),
  damaged('gzip with something behind it', 'gzip', (bytes) => Buffer.concat([bytes, Buffer.from('more')])),
  damaged('gzip with zeros behind it', 'gzip', (bytes) => Buffer.concat([bytes, Buffer.alloc(100)])),
  damaged('bzip2 that is cut', 'bzip2', (bytes) => bytes.subarray(0, bytes.length - 20)),
  damaged('zstd that is cut', 'zstd', (bytes) => bytes.subarray(0, bytes.length - 10)),
  damaged('tar that is cut in a file', undefined, (bytes) => bytes.subarray(0, 4096)),
  damaged('tar without an end', undefined, (bytes) => bytes.subarray(0, 1024 + 15360)),
  damaged('tar with a wrong checksum', undefined, (bytes) => flipped(bytes, 0)),
  damaged('tar with a wrong checksum later', undefined, (bytes) => flipped(bytes, 512)),
  damaged('tar with something behind it', undefined, (bytes) => Buffer.concat([bytes, Buffer.from('more')])),
  damaged('cut in its first header', undefined, (bytes) => bytes.subarray(0, 300)),
];

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}
