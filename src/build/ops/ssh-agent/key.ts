// A private key as an agent uses it: its public half in SSH's form, and signatures.

import { type KeyObject, sign } from 'node:crypto';
import { mpint, writeWire } from './wire.ts';

/** A key that signs. */
export interface SigningKey {
  /** The public key, as servers know it. */
  readonly blob: Buffer;
  readonly comment: string;
  /** The signature in SSH's form; `flags` are those of SSH_AGENTC_SIGN_REQUEST. */
  sign(data: Buffer, flags: number): Buffer;
}

/** RFC 8332: the hash that an RSA signature is asked for with. */
const RSA_SHA2_256 = 2;
const RSA_SHA2_512 = 4;

/** SSH's names of curves, Node's, and the hash that goes with each (RFC 5656, section 6.2.1). */
const curves: Readonly<Record<string, { readonly name: string; readonly hash: string }>> = {
  'P-256': { name: 'nistp256', hash: 'sha256' },
  'P-384': { name: 'nistp384', hash: 'sha384' },
  'P-521': { name: 'nistp521', hash: 'sha512' },
};

/** Makes a key of a private one of Node's. Throws `Error` for a kind that SSH does not use. */
export function signingKey(key: KeyObject, comment: string): SigningKey {
  const { kty, crv = '', n = '', e = '', x = '', y = '' } = key.export({ format: 'jwk' });
  if (kty === 'RSA') return rsaKey(key, comment, decode(n), decode(e));
  const curve = curves[crv];
  if (kty === 'EC' && curve)
    return curveKey(key, comment, curve, Buffer.concat([Buffer.of(4), decode(x), decode(y)]));
  if (kty === 'OKP' && crv === 'Ed25519') return edwardsKey(key, comment, decode(x));
  throw new Error(`SSH has no use for keys of type ${key.asymmetricKeyType ?? 'unknown'}`);
}

function decode(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}

function rsaKey(key: KeyObject, comment: string, modulus: Buffer, exponent: Buffer): SigningKey {
  return {
    blob: writeWire('ssh-rsa', mpint(exponent), mpint(modulus)),
    comment,
    sign(data, flags) {
      const [name, hash] = rsaForm(flags);
      return writeWire(name, sign(hash, data, key));
    },
  };
}

function rsaForm(flags: number): readonly [name: string, hash: string] {
  if (flags & RSA_SHA2_512) return ['rsa-sha2-512', 'sha512'];
  return flags & RSA_SHA2_256 ? ['rsa-sha2-256', 'sha256'] : ['ssh-rsa', 'sha1'];
}

function curveKey(
  key: KeyObject,
  comment: string,
  { name, hash }: { readonly name: string; readonly hash: string },
  point: Buffer,
): SigningKey {
  const type = `ecdsa-sha2-${name}`;
  return {
    blob: writeWire(type, name, point),
    comment,
    sign(data) {
      const pair = sign(hash, data, { key, dsaEncoding: 'ieee-p1363' });
      const half = pair.length / 2;
      return writeWire(type, writeWire(mpint(pair.subarray(0, half)), mpint(pair.subarray(half))));
    },
  };
}

function edwardsKey(key: KeyObject, comment: string, point: Buffer): SigningKey {
  const type = 'ssh-ed25519';
  return { blob: writeWire(type, point), comment, sign: (data) => writeWire(type, sign(null, data, key)) };
}
