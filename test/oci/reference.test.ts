// References: Docker's normal form, and Docker's words for what is wrong.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { familiarName, formatReference, parseReference } from '../../src/oci/index.ts';

const digest = `sha256:${'a'.repeat(64)}`;

const forms: readonly (readonly [text: string, full: string, familiar: string])[] = [
  ['busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
  ['busybox:1.36', 'docker.io/library/busybox:1.36', 'busybox:1.36'],
  ['docker.io/busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
  ['index.docker.io/a/b', 'docker.io/a/b:latest', 'a/b:latest'],
  ['a/b/c:t', 'docker.io/a/b/c:t', 'a/b/c:t'],
  ['localhost/foo', 'localhost/foo:latest', 'localhost/foo:latest'],
  ['LOCALHOST/foo', 'LOCALHOST/foo:latest', 'LOCALHOST/foo:latest'],
  ['foo:5000/bar', 'foo:5000/bar:latest', 'foo:5000/bar:latest'],
  ['[::1]:5000/bar:x', '[::1]:5000/bar:x', '[::1]:5000/bar:x'],
  [`foo@${digest}`, `docker.io/library/foo@${digest}`, `foo@${digest}`],
  [`foo:tag@${digest}`, `docker.io/library/foo:tag@${digest}`, `foo:tag@${digest}`],
  ['a.b/x__y-z.w', 'a.b/x__y-z.w:latest', 'a.b/x__y-z.w:latest'],
];

for (const [text, full, familiar] of forms) {
  test(`${text} is ${full}`, () => {
    const reference = parseReference(text);
    assert.equal(formatReference(reference), full);
    assert.equal(familiarName(reference), familiar);
    assert.deepEqual(parseReference(full), reference);
    assert.deepEqual(parseReference(familiar), reference);
  });
}

const plain = 'invalid reference format';
const errors: readonly (readonly [text: string, message: string])[] = [
  ['Foo', `${plain}: repository name (library/Foo) must be lowercase`],
  ['a/B', `${plain}: repository name (a/B) must be lowercase`],
  ['', plain],
  [':tag', plain],
  ['foo:', plain],
  ['-foo', plain],
  ['foo-', plain],
  ['a//b', plain],
  ['foo:bad tag', plain],
  ['foo@sha256:abc', plain],
  ['foo/../bar', plain],
  [`foo@sha256:${'a'.repeat(63)}`, 'invalid checksum digest length'],
  [`foo@sha256:${'A'.repeat(64)}`, 'invalid checksum digest format'],
  [`foo@md5:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
  ['a'.repeat(64), `invalid repository name (${'a'.repeat(64)}), cannot specify 64-byte hexadecimal strings`],
  [`x/${'a'.repeat(256)}`, 'repository name must not be more than 255 characters'],
];

for (const [text, message] of errors) {
  test(`${JSON.stringify(text.slice(0, 40))} is refused: ${message.slice(0, 60)}`, () => {
    assert.throws(() => parseReference(text), { code: 'REFERENCE_INVALID', message });
  });
}
