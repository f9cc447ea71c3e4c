// Platforms: containerd's normal form and matching.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPlatform, hostPlatform, parsePlatform, platformRank } from '../../src/oci/index.ts';

const forms: readonly (readonly [text: string, normal: string])[] = [
  ['linux/amd64', 'linux/amd64'],
  ['linux/x86_64', 'linux/amd64'],
  ['Linux/AMD64/v1', 'linux/amd64'],
  ['linux/amd64/v3', 'linux/amd64/v3'],
  ['linux/aarch64', 'linux/arm64'],
  ['linux/arm64/v8', 'linux/arm64'],
  ['linux/arm64/v9', 'linux/arm64/v9'],
  ['linux/armhf', 'linux/arm/v7'],
  ['linux/armel', 'linux/arm/v6'],
  ['linux/arm', 'linux/arm/v7'],
  ['linux/arm/6', 'linux/arm/v6'],
  ['linux/i386', 'linux/386'],
  ['macos/arm64', 'darwin/arm64'],
  ['s390x', `${hostPlatform().os}/s390x`],
  ['linux', formatPlatform({ ...hostPlatform(), os: 'linux' })],
];

for (const [text, normal] of forms) {
  test(`${text} is ${normal}`, () => assert.equal(formatPlatform(parsePlatform(text)), normal));
}

for (const text of ['', 'linux/', 'linux/amd64/v1/x', 'linux/*', 'nonsense', 'linux/am d64']) {
  test(`"${text}" is refused`, () => assert.throws(() => parsePlatform(text), { code: 'PLATFORM_INVALID' }));
}

const matches: readonly (readonly [wanted: string, offered: string, rank: number])[] = [
  ['linux/arm64', 'linux/arm64/v8', 0],
  ['linux/amd64', 'linux/amd64', 0],
  ['linux/amd64', 'linux/amd64/v2', -1],
  ['linux/amd64/v3', 'linux/amd64/v2', 1],
  ['linux/amd64/v3', 'linux/amd64', 2],
  ['linux/arm/v7', 'linux/arm/v6', 1],
  ['linux/arm/v7', 'linux/arm/v5', 2],
  ['linux/arm/v6', 'linux/arm/v7', -1],
  ['linux/amd64', 'linux/arm64', -1],
  ['linux/amd64', 'windows/amd64', -1],
];

for (const [wanted, offered, rank] of matches) {
  test(`${offered} serves ${wanted} with rank ${rank}`, () => {
    assert.equal(platformRank(parsePlatform(wanted), parsePlatform(offered)), rank);
  });
}
