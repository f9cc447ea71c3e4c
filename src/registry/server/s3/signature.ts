// AWS Signature Version 4: a request and who sends it → its Authorization header. No clock, no I/O.

import { createHash, createHmac } from 'node:crypto';

/** Who signs. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What is signed. */
export interface SignedRequest {
  readonly method: string;
  /** Percent-encoded, as it is sent. */
  readonly path: string;
  /** Names and values, not encoded. */
  readonly query: readonly (readonly [string, string])[];
  /** Those that are signed, `host` among them; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body in hex. */
  readonly payload: string;
}

/** Where and when it is signed for; `at` is `20130524T000000Z`. */
export interface SigningScope {
  readonly region: string;
  readonly service: string;
  readonly at: string;
}

/** The Authorization header of a request. */
export function authorization(
  request: SignedRequest,
  { region, service, at }: SigningScope,
  { accessKeyId, secretAccessKey }: AwsCredentials,
): string {
  const names = Object.keys(request.headers).sort();
  const scope = `${at.slice(0, 8)}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', at, scope, sha256Hex(canonicalRequest(request, names))].join('\n');
  const key = [region, service, 'aws4_request'].reduce<Buffer>(
    hmac,
    hmac(`AWS4${secretAccessKey}`, at.slice(0, 8)),
  );
  const signature = hmac(key, text).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}

/** A moment as signatures have it. */
export function signingTime(moment: Date): string {
  return moment.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** SHA-256 of bytes in hex. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Percent-encodes everything but unreserved characters (RFC 3986). */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A query string in the canonical order. */
export function queryString(query: SignedRequest['query']): string {
  return query
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .sort()
    .join('&');
}

function canonicalRequest(
  { method, path, query, headers, payload }: SignedRequest,
  names: readonly string[],
): string {
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  return [method, path, queryString(query), lines.join(''), names.join(';'), payload].join('\n');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
