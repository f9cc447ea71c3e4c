// The tar format: what is written is read back, other tools agree, and lies are refused.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { encodeHeader, type TarEntry, TarReader, writePlainHeader } from '../../../src/oci/index.ts';
import { fc } from '../../support/property.ts';
import { archiveOf, memberBytes, readArchive } from './archive.ts';

const nameCharacter = fc
  .integer({ min: 1, max: 255 })
  .filter((code) => code !== 0x2f)
  .map((code) => String.fromCharCode(code));
const component = fc
  .array(nameCharacter, { minLength: 1, maxLength: 120 })
  .map((characters) => characters.join(''));
const name = fc.array(component, { minLength: 1, maxLength: 4 }).map((components) => components.join('/'));
const id = fc.oneof(fc.nat(3000), fc.integer({ min: 0, max: 0xffff_fffe }));
const entry: fc.Arbitrary<TarEntry> = fc
  .record({
    type: fc.constantFrom(
      'link' as const,
      'symlink' as const,
      'character' as const,
      'block' as const,
      'directory' as const,
      'fifo' as const,
    ),
    name,
    mode: fc.nat(0o7777),
    uid: id,
    gid: id,
    mtime: fc.oneof(fc.nat(), fc.integer({ min: -(10 ** 11), max: 10 ** 12 })),
    nanoseconds: fc.oneof(fc.constant(0), fc.nat(999_999_999)),
    linkName: name,
    deviceMajor: fc.nat(4095),
    deviceMinor: fc.nat(1048575),
    xattrs: fc.dictionary(
      fc.string({ minLength: 1 }).filter((key) => /^[a-z.]+$/.test(key)),
      fc.uint8Array(),
    ),
  })
  .map(({ type, nanoseconds, linkName, deviceMajor, deviceMinor, xattrs, ...rest }) => ({
    type,
    ...rest,
    size: 0,
    ...(nanoseconds === 0 ? {} : { nanoseconds }),
    ...(type === 'link' || type === 'symlink' ? { linkName } : {}),
    ...(type === 'character' || type === 'block' ? { deviceMajor, deviceMinor } : {}),
    ...(Object.keys(xattrs).length === 0
      ? {}
      : { xattrs: new Map(Object.entries(xattrs).map(([key, value]) => [key, Buffer.from(value)])) }),
  }));

test('any entry is read as it was written, in pieces of any size', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), fc.integer({ min: 1, max: 700 }), (entries, step) => {
      const read = readArchive(archiveOf(...entries), step).map((found) => found.entry);
      assert.deepEqual(
        read.map((found) => ({ ...found, xattrs: [...(found.xattrs ?? [])].sort() })),
        entries.map((given) => ({ ...given, xattrs: [...(given.xattrs ?? [])].sort() })),
      );
    }),
    { numRuns: 300 },
  );
});

test('contents come whole whatever the pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 2000 })),
      fc.integer({ min: 1, max: 1500 }),
      (contents, step) => {
        const bytes = archiveOf(
          ...contents.map((content, index) => ({ name: `f${index}`, content: Buffer.from(content) })),
        );
        assert.deepEqual(
          readArchive(bytes, step).map(({ content }) => content),
          contents.map((content) => Buffer.from(content)),
        );
      },
    ),
  );
});

test('GNU tar lists what we write as we mean it', () => {
  const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'f'.repeat(120)}`;
  const bytes = archiveOf(
    { name: 'dir', type: 'directory', mode: 0o1777 },
    { name: 'dir/suid', content: 'x', mode: 0o4755, uid: 3_000_000_000, gid: 7 },
    { name: long, content: 'y', mtime: -631152000 },
    { name: 'link', type: 'link', linkName: 'dir/suid' },
    { name: 'symbolic', type: 'symlink', linkName: long, mode: 0o777 },
    { name: 'null', type: 'character', deviceMajor: 1, deviceMinor: 3 },
    { name: 'fifo', type: 'fifo' },
  );
  const listing = execFileSync('tar', ['--numeric-owner', '--full-time', '-tvf', '-'], {
    input: bytes,
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
  });
  assert.deepEqual(
    listing
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.replace(/ +/g, ' ')),
    [
      'drwxrwxrwt 0/0 0 2001-09-09 01:46:40 dir/',
      '-rwsr-xr-x 3000000000/7 1 2001-09-09 01:46:40 dir/suid',
      `-rw-r--r-- 0/0 1 1950-01-01 00:00:00 ${long}`,
      'hrw-r--r-- 0/0 0 2001-09-09 01:46:40 link link to dir/suid',
      `lrwxrwxrwx 0/0 0 2001-09-09 01:46:40 symbolic -> ${long}`,
      'crw-r--r-- 0/0 1,3 2001-09-09 01:46:40 null',
      'prw-r--r-- 0/0 0 2001-09-09 01:46:40 fifo',
    ],
  );
});

for (const format of ['v7', 'oldgnu', 'gnu', 'ustar', 'posix']) {
  test(`GNU tar's ${format} format is read`, () => {
    const folder = 'test/oci';
    const options = [
      `--format=${format}`,
      '--sort=name',
      '-C',
      folder,
      '-cf',
      '-',
      'tar/tar.test.ts',
      'tar/archive.ts',
    ];
    const members = readArchive(execFileSync('tar', options), 1000);
    assert.deepEqual(
      members.map(({ entry: { name: found, type } }) => [found, type]),
      [
        ['tar/tar.test.ts', 'file'],
        ['tar/archive.ts', 'file'],
      ],
    );
    assert.match(members[0]?.content.toString() ?? '', /^\/\/ The tar format/);
  });
}

test("GNU's long names are read", () => {
  const long = `${'n'.repeat(150)}/${'m'.repeat(150)}`;
  const pseudo = (flag: string, value: string): Buffer => {
    const bytes = memberBytes({ name: '././@LongLink', content: `${value}\0` });
    return reflagged(bytes, flag);
  };
  const bytes = Buffer.concat([
    pseudo('L', long),
    pseudo('K', `${long}2`),
    archiveOf({ name: 'short', type: 'symlink', linkName: 'cut' }),
  ]);
  assert.deepEqual(
    readArchive(bytes).map(({ entry: { name: found, linkName } }) => [found, linkName]),
    [[long, `${long}2`]],
  );
});

function reflagged(bytes: Buffer, flag: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(flag, 156, 'latin1');
  return checksummed(copy);
}

function checksummed(copy: Buffer): Buffer {
  copy.fill(' ', 148, 156);
  const sum = copy.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return copy;
}

function withField(offset: number, value: string): Buffer {
  const bytes = memberBytes({ name: 'x', content: 'abc' });
  bytes.write(value, offset, 'latin1');
  return checksummed(bytes);
}

const pax = (body: string): Buffer => reflagged(memberBytes({ name: 'pax', content: body }), 'x');
const plain = memberBytes({ name: 'x', content: 'abc' });

const lies: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['a wrong checksum', Buffer.concat([Buffer.from(plain).fill('y', 0, 1)])],
  ['a size that is no number', withField(124, '0000000009x')],
  ['a negative size', withField(124, '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff')],
  ['a size beyond all numbers', withField(124, '\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff')],
  ['an owner beyond all numbers', withField(108, '\x80\x7f\xff\xff\xff\xff\xff\xff')],
  ['an unknown type', withField(156, 'Q')],
  ['a cut header', plain.subarray(0, 300)],
  ['a cut content', plain.subarray(0, 514)],
  ['a cut padding', plain.subarray(0, 600)],
  ['an extended header and nothing after it', pax('9 path=a\n')],
  ['an extended header with a wrong length', Buffer.concat([pax('99 path=a\n'), plain])],
  ['an extended header with a zero length', Buffer.concat([pax('0 path=a\n'), plain])],
  ['an extended header without a newline', Buffer.concat([pax('9 path=ab'), plain])],
  ['an extended header with a negative size', Buffer.concat([pax('11 size=-1\n'), plain])],
  ['an extended header with a fractional owner', Buffer.concat([pax('11 uid=1.5\n'), plain])],
  ['an owner out of range', Buffer.concat([pax('18 uid=4294967295\n'), plain])],
  ['a name with a NUL', Buffer.concat([pax('12 path=a\0bc\n'), plain])],
  ['a sparse file', Buffer.concat([pax('22 GNU.sparse.major=1\n'), plain])],
  ['a huge extended header', reflagged(withField(124, '00010000001\0'), 'x')],
  ['an empty block between entries', Buffer.concat([Buffer.alloc(512), plain])],
];

for (const [what, bytes] of lies) {
  test(`${what} is refused`, () => {
    assert.throws(() => readArchive(bytes), { code: 'TAR_INVALID' });
    assert.throws(() => readArchive(bytes, 7), { code: 'TAR_INVALID' });
  });
}

test('any bytes are read or refused, nothing else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(511), (noise, at) => {
      const bytes = Buffer.from(
        archiveOf({ name: 'x', content: 'abc', xattrs: new Map([['user.a', Buffer.from('b')]]) }),
      );
      Buffer.from(noise).copy(bytes, at);
      try {
        readArchive(checksummed(bytes));
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'TAR_INVALID');
      }
    }),
    { numRuns: 500 },
  );
});

test('the plain form is used exactly where ustar holds everything', () => {
  const block = Buffer.alloc(512);
  const base: TarEntry = { type: 'file', name: 'a', mode: 0, uid: 0, gid: 0, size: 0, mtime: 0 };
  const plainNames = ['a', 'a'.repeat(100), `${'p'.repeat(155)}/${'n'.repeat(100)}`];
  const paxNames = ['a'.repeat(101), '\xe4', `${'p'.repeat(156)}/n`, `${'p'.repeat(100)}/${'n'.repeat(101)}`];
  for (const plainName of plainNames) assert.ok(writePlainHeader(block, 0, { ...base, name: plainName }));
  for (const paxName of paxNames) assert.ok(!writePlainHeader(block, 0, { ...base, name: paxName }), paxName);
  assert.equal(encodeHeader({ ...base, name: paxNames[0] ?? '' }).length, 1536);
  assert.ok(new TarReader({ entry() {}, data() {}, end() {} }));
});
