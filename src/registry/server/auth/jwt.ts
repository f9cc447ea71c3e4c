// Bearer tokens: JSON Web Tokens as Docker's token specification has them (RFC 7515, RFC 7519).

import { type KeyObject, sign, verify, X509Certificate } from 'node:crypto';
import { algorithmOf, type TokenAlgorithm, type TokenKey } from './keys.ts';
import type { AccessClaim } from './types.ts';

/** What a token must be. */
export interface TokenExpectation {
  readonly issuer: string;
  /** In its audience. */
  readonly service: string;
  readonly keys: readonly TokenKey[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a good token says. */
export interface TokenClaims {
  /** Empty for nobody. */
  readonly subject: string;
  readonly access: readonly AccessClaim[];
}

/** What a token is made of, times in seconds since the epoch. */
export interface TokenContent extends TokenClaims {
  readonly issuer: string;
  readonly service: string;
  readonly issuedAt: number;
  readonly expires: number;
  readonly id: string;
}

/** Clocks may differ by so many seconds. */
const leeway = 60;
const longestToken = 32 * 1024;
const longestChain = 6;
const segments = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** Verifies a token; a text says why it is refused. */
export function verifyToken(token: string, expected: TokenExpectation): TokenClaims | string {
  const [, header = '', payload = '', signature = ''] =
    (token.length <= longestToken && segments.exec(token)) || [];
  const head = decoded(header);
  const claims = decoded(payload);
  if (!head || !claims) return 'it is not a JSON Web Token';
  // RFC 7515, 4.1.11: what must be understood is not.
  if (head['crit'] !== undefined) return 'its header has "crit"';
  const bytes = Buffer.from(`${header}.${payload}`);
  const signed = candidates(head, expected).some((key) =>
    isSigned(key, bytes, Buffer.from(signature, 'base64url')),
  );
  return signed ? readClaims(claims, expected) : 'no key of this registry verifies its signature';
}

/** Makes a token; the key decides on the algorithm. */
export function signToken(content: TokenContent, key: KeyObject, id: string): string {
  const algorithm = algorithmOf(key);
  if (!algorithm) throw new TypeError('The key is not one that tokens are signed with');
  const header = encoded({ typ: 'JWT', alg: algorithm, kid: id });
  const payload = encoded({
    iss: content.issuer,
    sub: content.subject,
    aud: content.service,
    exp: content.expires,
    nbf: content.issuedAt,
    iat: content.issuedAt,
    jti: content.id,
    access: content.access,
  });
  const bytes = Buffer.from(`${header}.${payload}`);
  const signature = sign(digestOf(algorithm), bytes, { key, dsaEncoding: 'ieee-p1363' });
  return `${header}.${payload}.${signature.toString('base64url')}`;
}

/** Keys that may have signed: only those whose own algorithm the header names, so that none is taken for another's. */
function candidates(head: Json, { keys, now }: TokenExpectation): readonly TokenKey[] {
  const able = keys.filter(({ algorithm }) => algorithm === head['alg']);
  const leaf = leafOf(head['x5c'], keys, now);
  if (leaf) return leaf.algorithm === head['alg'] ? [leaf] : [];
  const named = able.filter(({ id }) => id !== undefined && id === head['kid']);
  return named.length > 0 ? named : able.filter(({ id }) => id === undefined);
}

/** The key of a chain of certificates that one of ours vouches for. */
function leafOf(chain: unknown, keys: readonly TokenKey[], now: number): TokenKey | undefined {
  if (!Array.isArray(chain) || chain.length === 0 || chain.length > longestChain) return undefined;
  try {
    const certificates = chain.map((entry) => new X509Certificate(Buffer.from(String(entry), 'base64')));
    const [first] = certificates;
    const algorithm = first && algorithmOf(first.publicKey);
    if (!algorithm || !isTrusted(certificates, keys, now)) return undefined;
    return { algorithm, key: first.publicKey };
  } catch {
    return undefined;
  }
}

function isTrusted(chain: readonly X509Certificate[], keys: readonly TokenKey[], now: number): boolean {
  const roots = keys.flatMap(({ certificate }) => certificate ?? []);
  for (const [index, certificate] of chain.entries()) {
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) return false;
    if (index > 0 && !certificate.ca) return false;
    if (roots.some((root) => root.raw.equals(certificate.raw) || (root.ca && isIssuedBy(certificate, root))))
      return true;
    const next = chain[index + 1];
    if (!next || !isIssuedBy(certificate, next)) return false;
  }
  return false;
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isSigned({ key, algorithm }: TokenKey, bytes: Buffer, signature: Buffer): boolean {
  try {
    return verify(digestOf(algorithm), bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}

function digestOf(algorithm: TokenAlgorithm): string | null {
  return algorithm === 'EdDSA' ? null : 'sha256';
}

function readClaims(claims: Json, { issuer, service, now }: TokenExpectation): TokenClaims | string {
  const seconds = now / 1000;
  const { iss, aud, exp, nbf = 0, sub = '', access = [] } = claims as Readonly<Record<string, unknown>>;
  if (iss !== issuer) return `its issuer is "${String(iss)}", not "${issuer}"`;
  if (![aud].flat().includes(service)) return `it is not for the service "${service}"`;
  if (typeof exp !== 'number' || seconds > exp + leeway) return 'it has expired';
  if (typeof nbf !== 'number' || seconds < nbf - leeway) return 'it is not valid yet';
  if (typeof sub !== 'string' || !isAccess(access)) return 'its claims are malformed';
  return { subject: sub, access };
}

function isAccess(value: unknown): value is readonly AccessClaim[] {
  return Array.isArray(value) && value.every(isClaim);
}

function isClaim(entry: unknown): entry is AccessClaim {
  if (typeof entry !== 'object' || entry === null) return false;
  const { type, name, actions } = entry as Readonly<Record<string, unknown>>;
  return (
    typeof type === 'string' &&
    typeof name === 'string' &&
    Array.isArray(actions) &&
    actions.every((action) => typeof action === 'string')
  );
}

type Json = Readonly<Record<string, unknown>>;

function decoded(segment: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
