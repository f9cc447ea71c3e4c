// Digests: SHA-256 of bytes, their written form, and the chainID of a stack of layers.

import { hash } from 'node:crypto';
import type { Digest } from './image.ts';

const form = /^sha256:[0-9a-f]{64}$/;

/** The digest of `bytes`; a string counts as its UTF-8 bytes. */
export function sha256(bytes: Uint8Array | string): Digest {
  return `sha256:${hash('sha256', bytes)}`;
}

/** Whether `text` is a digest this product can verify: `sha256:` and 64 lower-case hex digits. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && form.test(text);
}

/** The hex digits of a digest, without its algorithm. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** The chainID of layers given bottom first (image-spec, config.md#layer-chainid); undefined for no layers. */
export function chainId(diffIds: readonly Digest[]): Digest | undefined {
  const [bottom, ...upper] = diffIds;
  if (bottom === undefined) return undefined;
  return upper.reduce((chain, diffId) => sha256(`${chain} ${diffId}`), bottom);
}
