// The keys that tokens are verified with: a JWKS file, or a bundle of certificates and public keys in PEM.

import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { CaissonError, messageOf } from '../../../core/index.ts';

/** A signature algorithm of JWS that is taken (RFC 7518, RFC 8037). */
export type TokenAlgorithm = 'RS256' | 'ES256' | 'EdDSA';

/** A key with the one algorithm that it may be used with: a key never serves another one. */
export interface TokenKey {
  readonly algorithm: TokenAlgorithm;
  readonly key: KeyObject;
  readonly id?: string;
  /** The certificate it came in; it also vouches for chains in a token's `x5c`. */
  readonly certificate?: X509Certificate;
}

/** Parses the keys of a file, told by its content. Throws `TOKEN_KEYS_INVALID`. */
export function parseTokenKeys(text: string, path: string): readonly TokenKey[] {
  const keys = text.trimStart().startsWith('{') ? keysOfSet(text, path) : keysOfBundle(text, path);
  if (keys.length === 0) throw invalid(path, 'it has no key');
  return keys;
}

/** The algorithm that a public key is for; undefined for keys that are not taken (RSA below 2048 bits among them). */
export function algorithmOf(key: KeyObject): TokenAlgorithm | undefined {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return modulusLength >= 2048 ? 'RS256' : undefined;
  if (key.asymmetricKeyType === 'ec') return namedCurve === 'prime256v1' ? 'ES256' : undefined;
  return key.asymmetricKeyType === 'ed25519' ? 'EdDSA' : undefined;
}

const block = /-----BEGIN (CERTIFICATE|PUBLIC KEY|[A-Z ]*PRIVATE KEY)-----[\s\S]*?-----END \1-----/g;

function keysOfBundle(text: string, path: string): readonly TokenKey[] {
  return [...text.matchAll(block)].map(([pem, kind]) => {
    if (kind?.endsWith('PRIVATE KEY'))
      throw invalid(path, 'it has a private key; give only certificates and public keys');
    try {
      if (kind === 'PUBLIC KEY') return tokenKey(createPublicKey(pem), path);
      const certificate = new X509Certificate(pem);
      return { ...tokenKey(certificate.publicKey, path), certificate };
    } catch (cause) {
      throw cause instanceof CaissonError ? cause : invalid(path, messageOf(cause), cause);
    }
  });
}

function keysOfSet(text: string, path: string): readonly TokenKey[] {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    if (!Array.isArray(keys)) throw invalid(path, 'it has no "keys"');
    return keys.flatMap((entry: unknown) => keyOfSet(entry, path));
  } catch (cause) {
    throw cause instanceof CaissonError ? cause : invalid(path, messageOf(cause), cause);
  }
}

function keyOfSet(entry: unknown, path: string): readonly TokenKey[] {
  const jwk = entry as Readonly<Record<string, unknown>>;
  if (jwk['use'] !== undefined && jwk['use'] !== 'sig') return [];
  if (jwk['kty'] === 'oct' || jwk['d'] !== undefined)
    throw invalid(path, 'it has a secret key; give only public keys');
  const key = tokenKey(createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }), path);
  if (jwk['alg'] !== undefined && jwk['alg'] !== key.algorithm)
    throw invalid(
      path,
      `a key is for "${String(jwk['alg'])}"; expected RS256, ES256 or EdDSA as its type has it`,
    );
  return [typeof jwk['kid'] === 'string' ? { ...key, id: jwk['kid'] } : key];
}

type JsonWebKey = import('node:crypto').JsonWebKey;

function tokenKey(key: KeyObject, path: string): TokenKey {
  const algorithm = algorithmOf(key);
  if (!algorithm)
    throw invalid(
      path,
      `a key of type "${key.asymmetricKeyType}" is not taken; expected RSA (2048 bits or more), P-256 or Ed25519`,
    );
  return { algorithm, key };
}

function invalid(path: string, problem: string, cause?: unknown): CaissonError {
  return new CaissonError('TOKEN_KEYS_INVALID', `Cannot use the token keys in "${path}": ${problem}`, {
    cause,
  });
}
