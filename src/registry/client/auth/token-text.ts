// The text of a bearer token: it becomes part of a header, and is never told.

import { CaissonError } from '../../../core/index.ts';
import type { Endpoint } from '../types.ts';

const longest = 64 * 1024;

/** Why a text cannot be sent as a bearer token; undefined where it can. */
export function tokenProblem(token: string): string | undefined {
  return (
    lengthProblem(token) ??
    (/^[\x21-\x7e]+$/.test(token) ? undefined : 'with characters that no header can have')
  );
}

/** Why a token is too long to be sent at all. */
export function lengthProblem({ length }: string): string | undefined {
  return length > longest ? `of ${length} characters; at most ${longest} can be sent` : undefined;
}

/** A token of a credential file, which may be anything. Throws `CREDENTIALS_INVALID`. */
export function checkedRegistryToken(token: string, { domain }: Endpoint): string {
  const problem = tokenProblem(token);
  if (problem === undefined) return token;
  throw new CaissonError('CREDENTIALS_INVALID', `The registry token for "${domain}" is one ${problem}`, {
    hint: 'Mend "registrytoken" of the credential file.',
  });
}
