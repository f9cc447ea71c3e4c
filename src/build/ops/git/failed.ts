// Failures of git, told as what the build was about to do.

import { CaissonError, isCaissonError } from '../../../core/index.ts';

const hints: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /could not read Username|Authentication failed|HTTP 401|HTTP 403|returned error: 40[13]/,
    'The repository wants credentials: pass a secret named GIT_AUTH_TOKEN, or GIT_AUTH_TOKEN.<host>.',
  ],
  [
    /Permission denied \(publickey/,
    'The ssh agent holds no key that the host takes: add one, and build with --ssh default.',
  ],
  [
    /Host key verification failed|HOST IDENTIFICATION HAS CHANGED/,
    'The host is not the one in your known_hosts: find out why before you trust it.',
  ],
  [
    /unable to update url base from redirection|redirect/i,
    'The repository moved; credentials are not sent along: give its new address.',
  ],
  [
    /not found|not exported|does not appear to be a git repository/i,
    'Check the address of the repository, and that this build may read it.',
  ],
  [
    /Could not resolve host|unable to look up|Connection refused|unable to connect/,
    'Check the host, and that this machine is online.',
  ],
  [
    /transport '[^']*' not allowed/,
    'Only https, http, ssh and git addresses are fetched, for submodules too.',
  ],
];

/** Runs `work`; a failure of git is told as `what`, with what git said and what can be done. */
export async function failedWith<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isCaissonError(error, 'GIT_FAILED')) throw error;
    const hint = hints.find(([said]) => said.test(error.message))?.[1] ?? 'See what git says.';
    const said = error.message.slice(error.message.indexOf('git stderr:'));
    throw new CaissonError('GIT_FAILED', `${what}: ${said}`, { hint, cause: error });
  }
}
