// Digests that the registry can verify: SHA-256 and SHA-512, taken apart before they become a path.

import type { Digest } from '../../oci/index.ts';
import { RegistryError } from './errors.ts';

/** An algorithm as Node and the image layout name it. */
export type Algorithm = 'sha256' | 'sha512';

const forms = { sha256: /^[0-9a-f]{64}$/, sha512: /^[0-9a-f]{128}$/ } as const;

/** A digest's algorithm and hex digits. Throws `DIGEST_INVALID`. */
export function parseDigest(digest: string): { readonly algorithm: Algorithm; readonly hex: string } {
  const colon = digest.indexOf(':');
  const algorithm = digest.slice(0, Math.max(colon, 0));
  const hex = digest.slice(colon + 1);
  if ((algorithm === 'sha256' || algorithm === 'sha512') && forms[algorithm].test(hex))
    return { algorithm, hex };
  throw new RegistryError('DIGEST_INVALID', `The digest "${digest.slice(0, 200)}" is invalid`, {
    hint: 'Expected "sha256:" and 64, or "sha512:" and 128 lower-case hex digits.',
  });
}

/** Whether the registry can verify it. */
export function isKnownDigest(text: unknown): text is Digest {
  if (typeof text !== 'string') return false;
  const [algorithm = '', hex = '', ...rest] = text.split(':');
  return (
    rest.length === 0 && (algorithm === 'sha256' || algorithm === 'sha512') && forms[algorithm].test(hex)
  );
}
