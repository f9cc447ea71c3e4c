// Credential helpers: programs `docker-credential-NAME` that keep secrets for us (docker-credential-helpers' protocol).

import { CaissonError, messageOf } from '../../../core/index.ts';
import type { Credentials } from '../../types.ts';
import { isObject } from './config.ts';
import { type HelperRun, runHelper } from './helper-run.ts';
import { formsOf, withoutSecrets } from './helper-words.ts';

/** How a helper is run. */
export interface HelperOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Milliseconds until it is ended; it may have to ask somebody. */
  readonly limit?: number;
}

/** The user name by which helpers keep identity tokens. */
const tokenUser = '<token>';
const usualLimit = 60_000;
const mostWords = 500;

/** What the helper has for a registry's URL; undefined where it has nothing. Throws `CREDENTIAL_HELPER_FAILED`. */
export async function askHelper(
  name: string,
  serverUrl: string,
  options: HelperOptions,
): Promise<Credentials | undefined> {
  const run = await started(name, 'get', serverUrl, options);
  if (isNothing(run)) return undefined;
  if (run.code !== 0) throw failed(name, 'get', wordsOf(run));
  const { Username: username, Secret: secret } = answerOf(name, run);
  if (secret === '') return undefined;
  if (username === tokenUser) return { identityToken: secret };
  return { ...(username === '' ? {} : { username }), password: secret };
}

/** Has the helper keep credentials. Throws `CREDENTIAL_HELPER_FAILED`. */
export async function storeInHelper(
  name: string,
  serverUrl: string,
  { username = '', password, identityToken }: Credentials,
  options: HelperOptions,
): Promise<void> {
  const secret = identityToken ?? password ?? '';
  const Username = identityToken === undefined ? username : tokenUser;
  const input = JSON.stringify({ ServerURL: serverUrl, Username, Secret: secret });
  const run = await started(name, 'store', input, options);
  if (run.code !== 0) throw failed(name, 'store', wordsOf(run, formsOf({ username: Username, secret })));
}

/** Has the helper forget what it `kept` for a registry; whether it had something is not told. Throws `CREDENTIAL_HELPER_FAILED`. */
export async function eraseInHelper(
  name: string,
  serverUrl: string,
  { username = '', password, identityToken }: Credentials,
  options: HelperOptions,
): Promise<void> {
  const run = await started(name, 'erase', serverUrl, options);
  const secret = identityToken ?? password ?? '';
  if (run.code !== 0 && !isNothing(run))
    throw failed(name, 'erase', wordsOf(run, formsOf({ username, secret })));
}

/** The URLs of the registries that the helper keeps something for. Throws `CREDENTIAL_HELPER_FAILED`. */
export async function listInHelper(name: string, options: HelperOptions): Promise<readonly string[]> {
  const run = await started(name, 'list', '', options);
  if (run.code !== 0) throw failed(name, 'list', wordsOf(run));
  try {
    const listed: unknown = JSON.parse(run.stdout);
    if (isObject(listed)) return Object.keys(listed);
  } catch {
    // Told below, without its text.
  }
  throw failed(name, 'list', 'its answer is not a JSON object');
}

async function started(
  name: string,
  verb: string,
  input: string,
  options: HelperOptions,
): Promise<HelperRun> {
  const { environment, limit = usualLimit } = options;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/.test(name))
    throw new CaissonError('CREDENTIALS_INVALID', `"${name}" cannot be the name of a credential helper`, {
      hint: 'Name what follows "docker-credential-", without a path.',
    });
  try {
    return await runHelper(`docker-credential-${name}`, verb, input, { environment, limit });
  } catch (error) {
    throw failed(name, verb, messageOf(error), error);
  }
}

function isNothing({ code, stdout }: HelperRun): boolean {
  return code !== 0 && stdout.includes('credentials not found');
}

/** Helpers say on standard output what is wrong. Secrets are taken out of the whole: shortened, it may end within one. */
function wordsOf({ code, stdout, stderr }: HelperRun, secrets: readonly string[] = []): string {
  const said = withoutSecrets(stdout.trim() || stderr.trim(), secrets)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, mostWords);
  return said === '' ? `it exited with ${code}` : said;
}

function answerOf(
  name: string,
  { stdout }: HelperRun,
): { readonly Username: string; readonly Secret: string } {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    // The text may have the secret in it.
    throw failed(name, 'get', 'its answer is not JSON');
  }
  const { Username = '', Secret = '' } = isObject(answer) ? answer : {};
  if (isObject(answer) && typeof Username === 'string' && typeof Secret === 'string')
    return { Username, Secret };
  throw failed(name, 'get', 'its answer has no user name and secret');
}

function failed(name: string, verb: string, reason: string, cause?: unknown): CaissonError {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  const program = `docker-credential-${name}`;
  return new CaissonError(
    'CREDENTIAL_HELPER_FAILED',
    missing
      ? `The credential helper "${program}" cannot be run: there is no such program`
      : `The credential helper "${program} ${verb}" failed: ${reason}`,
    {
      hint: missing
        ? 'Install it, or take it out of "credsStore" and "credHelpers" of the credential file.'
        : `Try "${program} ${verb}" by hand.`,
      ...(missing || cause === undefined ? {} : { cause }),
    },
  );
}
