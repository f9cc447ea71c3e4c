// Digests, chainIDs, canonical JSON and media types.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canonicalJson,
  chainId,
  hexOf,
  isDigest,
  isIndexType,
  isLayerType,
  isManifestType,
  mediaTypes,
  sha256,
} from '../../src/oci/index.ts';

const emptyDigest = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('the digest of nothing is the well-known one, for bytes and text alike', () => {
  assert.equal(sha256(new Uint8Array()), emptyDigest);
  assert.equal(sha256(''), emptyDigest);
  assert.equal(sha256('ä'), sha256(Buffer.from('ä')));
});

test('only lower-case sha256 of full length is a digest', () => {
  assert.equal(isDigest(emptyDigest), true);
  for (const text of [
    '',
    'sha256:abc',
    emptyDigest.toUpperCase(),
    `${emptyDigest}0`,
    `sha512:${hexOf(emptyDigest)}`,
    7,
  ])
    assert.equal(isDigest(text), false);
});

test('the chainID folds diffIDs from the bottom', () => {
  const [a, b, c] = [sha256('a'), sha256('b'), sha256('c')];
  assert.equal(chainId([]), undefined);
  assert.equal(chainId([a]), a);
  assert.equal(chainId([a, b, c]), sha256(`${sha256(`${a} ${b}`)} ${c}`));
});

test('canonical JSON sorts keys at every depth and leaves out undefined', () => {
  assert.equal(
    canonicalJson({ b: [{ d: 1, c: null }], a: 'é', x: undefined, 'a"': true }),
    '{"a":"é","a\\"":true,"b":[{"c":null,"d":1}]}',
  );
});

test('canonical JSON refuses what JSON cannot hold', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 0, undefined, new Map(), [undefined]])
    assert.throws(() => canonicalJson(value), TypeError);
});

test('media types are told apart', () => {
  assert.ok(isIndexType(mediaTypes.dockerIndex) && isIndexType(mediaTypes.ociIndex));
  assert.ok(isManifestType(mediaTypes.ociManifest) && !isManifestType(mediaTypes.ociIndex));
  for (const [name, type] of Object.entries(mediaTypes))
    assert.equal(isLayerType(type), /Layer/.test(name), name);
});
