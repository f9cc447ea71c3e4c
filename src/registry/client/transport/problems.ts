// What goes wrong on the way to a registry, in words: connections, certificates, time.

import { CaissonError, errnoOf, messageOf } from '../../../core/index.ts';
import { shownProxy } from './proxies.ts';
import type { HttpProxy } from './types.ts';

/** The URL as messages may show it: without user, password and query, which may be signatures. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** Time ran out; `what` is what did not happen. */
export function timedOut(url: URL, what: string, milliseconds: number): CaissonError {
  return new CaissonError(
    'REQUEST_TIMEOUT',
    `"${shownUrl(url)}" ${what} within ${Math.round(milliseconds / 100) / 10} seconds`,
    { hint: 'Try again; timeouts are set per registry in the hosts file.' },
  );
}

/** A body came, but not as fast as `least` bytes a second. */
export function tooSlow(url: URL, least: number, milliseconds: number): CaissonError {
  return new CaissonError(
    'REQUEST_TIMEOUT',
    `"${shownUrl(url)}" sent fewer than ${least} bytes a second for ${Math.round(milliseconds / 100) / 10} seconds`,
    { hint: 'Try again, or another mirror; the time ("idle") is set per registry in the hosts file.' },
  );
}

/** The failure of a connection, of one through a proxy too, as a `CaissonError`. */
export function connectionProblem(url: URL, error: unknown, proxy?: HttpProxy): CaissonError {
  if (error instanceof CaissonError) return error;
  const code = errnoOf(error) ?? '';
  if (isPlainAnswer(error))
    return new CaissonError('REGISTRY_UNREACHABLE', `"${url.origin}" does not speak HTTPS`, {
      hint: 'If it speaks plain HTTP, say so: "insecure" in the hosts file, or --insecure.',
      cause: error,
    });
  if (isTlsProblem(code)) return tlsProblem(url, code, error);
  const [reason, hint] = reasons[code] ?? [connectionWords(error, code), 'Try again later.'];
  const through = proxy ? ` through ${shownProxy(proxy)}` : '';
  return new CaissonError('REGISTRY_UNREACHABLE', `"${url.origin}" cannot be reached${through}: ${reason}`, {
    hint: proxy ? `Check ${proxy.variable}; what NO_PROXY names is reached without a proxy.` : hint,
    cause: error,
  });
}

/** An answer has fewer bytes than it says. */
export function cutOff(url: URL): CaissonError {
  return connectionProblem(url, Object.assign(new Error('The answer is cut off'), { code: 'ECONNRESET' }));
}

/** Whether an answer to a TLS hello was not TLS, or the hello was hung up on. */
export function isPlainAnswer(error: unknown): boolean {
  const code = errnoOf(error) ?? '';
  return (
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/.test(code) ||
    (code === 'EPROTO' && /wrong version number|packet length too long|http request/.test(messageOf(error)))
  );
}

/** Whether a certificate was refused because nobody trusted vouches for it. */
export function isUnknownAuthority(error: unknown): boolean {
  return /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_.*)$/.test(errnoOf(error) ?? '');
}

/** Whether the same request may fare better in a while. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof CaissonError)) return false;
  if (error.code === 'REQUEST_TIMEOUT') return true;
  if (error.code !== 'REGISTRY_UNREACHABLE' || isPlainAnswer(error.cause)) return false;
  return !/^(ENOTFOUND|HPE_.*)$/.test(errnoOf(error.cause) ?? '');
}

const network = 'Check the name and port, the network, and the proxy settings.';

const reasons: Readonly<Record<string, readonly [string, string]>> = {
  ENOTFOUND: ['its name is not known', 'Check the name of the registry, and the name servers.'],
  EAI_AGAIN: ['its name cannot be looked up now', 'Check the network and the name servers.'],
  ECONNREFUSED: ['nothing listens there', 'Check that the registry runs, and its port.'],
  ECONNRESET: ['it broke the connection', network],
  EPIPE: ['it broke the connection', network],
  ETIMEDOUT: ['it does not answer', network],
  EHOSTUNREACH: ['there is no way to it', network],
  ENETUNREACH: ['there is no way to it', network],
};

function connectionWords(error: unknown, code: string): string {
  if (code.startsWith('HPE_')) return `it does not speak HTTP (${code})`;
  if (code === 'ERR_PROXY_TUNNEL') return `it makes no tunnel${tunnelStatus(error)}`;
  if (code.startsWith('ERR_HTTP2')) return 'it broke the connection';
  return code === ''
    ? messageOf(error)
        .replace(/[^\x20-\x7e]+/g, ' ')
        .slice(0, 200)
    : code;
}

/** What a proxy answered to CONNECT. */
function tunnelStatus(error: unknown): string {
  return error instanceof Error && 'statusCode' in error ? ` (HTTP ${error.statusCode})` : '';
}

function isTlsProblem(code: string): boolean {
  return (
    code === 'EPROTO' ||
    /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|INVALID_CA|CRL_)/.test(code)
  );
}

const certificateReasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it signed itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known here',
};

function tlsProblem(url: URL, code: string, error: unknown): CaissonError {
  const reason = certificateReasons[code];
  const message = reason
    ? `The certificate of "${url.host}" is not trusted: ${reason}`
    : `"${url.host}" and this client do not agree on TLS (${code})`;
  return new CaissonError('TLS_UNTRUSTED', message, {
    hint: reason
      ? 'Name the CA that signed it in the hosts file ("ca"), or trust the registry without it ("insecure", --insecure).'
      : 'It may want a client certificate ("cert" and "key" in the hosts file) or another version of TLS.',
    cause: error,
  });
}
