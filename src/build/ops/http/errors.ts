// What is said when a URL cannot be fetched; BuildKit's words where there are any.

import { CaissonError, errnoOf, messageOf } from '../../../core/index.ts';
import type { Digest } from '../../../oci/index.ts';
import { withoutCredentials } from './url.ts';

const statusHints: Readonly<Record<number, string>> = {
  401: 'The server wants credentials: pass a secret named HTTP_AUTH_TOKEN_<host> or HTTP_AUTH_HEADER_<host>.',
  403: 'The server does not let this build have it: check the address, or pass a secret named HTTP_AUTH_TOKEN_<host>.',
  404: 'There is nothing at this address: check its spelling.',
  410: 'The file was taken away: look for its new address.',
  429: 'The server is asked too often: wait a little, then build again.',
};

/** The server answered with a status that is no file. */
export function badStatus(url: string, status: number): CaissonError {
  const hint =
    statusHints[status] ??
    (status >= 500
      ? 'The server is in trouble: build again later, or use another address.'
      : 'Check the address.');
  return new CaissonError(
    'FETCH_FAILED',
    `failed to load cache key: invalid response status ${status} from "${withoutCredentials(url)}"`,
    { hint },
  );
}

const causeHints: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at that host and port: check them, and that the server runs.',
  ENOTFOUND: 'The host is not known: check its spelling and this machine’s name service.',
  EAI_AGAIN: 'The name service did not answer: check that this machine is online.',
  ECONNRESET: 'The server ended the connection early: build again.',
};

/** The connection failed, or ended before all came. */
export function requestFailed(url: string, cause: unknown): CaissonError {
  const hint = causeHints[errnoOf(cause) ?? ''] ?? 'Check the address and this machine’s way to it.';
  const text = `Get "${withoutCredentials(url)}": ${messageOf(cause)}`;
  return new CaissonError('FETCH_FAILED', text, { hint, cause });
}

/** Less came than the server announced. */
export function cutShort(url: string, got: number, announced: string | undefined): CaissonError {
  const of = announced === undefined ? '' : ` of ${announced}`;
  return new CaissonError(
    'FETCH_FAILED',
    `Get "${withoutCredentials(url)}": unexpected EOF: ${got}${of} bytes came`,
    { hint: 'The connection broke: build again.' },
  );
}

/** What came is not what the instruction expects. */
export function digestMismatch(url: string, got: Digest, wanted: Digest): CaissonError {
  return new CaissonError('CHECKSUM_MISMATCH', `digest mismatch ${got}: ${wanted}`, {
    hint: `"${withoutCredentials(url)}" is not what the checksum expects: find out why it changed before you take the new digest.`,
  });
}

/** The answer is larger than what the store's disk has room for. */
export function tooLarge(url: string, room: number): CaissonError {
  return new CaissonError(
    'FETCH_TOO_LARGE',
    `"${withoutCredentials(url)}" is larger than the ${room} bytes that the disk has room for`,
    { hint: 'Make room with `caisson prune`, or use a root on a larger disk (--root).' },
  );
}
