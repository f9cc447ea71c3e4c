// Checking passwords against bcrypt hashes: in a thread, each pair once within some minutes, the same for known and unknown users.

import { createHmac, randomBytes } from 'node:crypto';
import { workerPool, workerUrl } from '../../../core/index.ts';
import type { PasswordFile } from './htpasswd.ts';
import { openTurns } from './turns.ts';

/** One comparison, as the thread gets it. */
export interface PasswordCheck {
  readonly password: string;
  readonly hash: string;
}

/** A user name and a password, as a client sent them. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** Says whether logins are right. */
export interface PasswordChecker {
  /** Clients take turns. `busy`: too many logins of this one are being checked. */
  check(login: Login, file: PasswordFile, client: string): Promise<'right' | 'wrong' | 'busy'>;
}

/** How long an outcome is kept, and how many; passwords themselves never are. */
export interface CheckerLimits {
  readonly lifeMs?: number;
  readonly outcomes?: number;
  /** Checks that may be under way, in all and of one client. */
  readonly waiting?: number;
  readonly waitingOfOne?: number;
}

const longestPassword = 1024;
const threads = 2;

/** A checker whose memory is keyed by an HMAC under a key that lives as long as the process. */
export function passwordChecker({
  lifeMs = 5 * 60_000,
  outcomes = 10_000,
  waiting = 256,
  waitingOfOne = 64,
}: CheckerLimits = {}): PasswordChecker {
  const key = randomBytes(32);
  const turns = openTurns({ atOnce: threads, all: waiting, one: waitingOfOne });
  const pool = workerPool<PasswordCheck, boolean>(workerUrl('bcrypt', import.meta.url), threads);
  const known = new Map<string, { readonly right: boolean; readonly until: number }>();
  const running = new Map<string, Promise<boolean>>();

  const remember = (id: string, right: boolean): void => {
    const [oldest] = known.size >= outcomes ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
    known.set(id, { right, until: Date.now() + lifeMs });
  };
  const compare = (id: string, job: PasswordCheck, client: string): Promise<boolean> | undefined => {
    const check = turns.run(client, () => pool.run(job).finally(() => running.delete(id)));
    if (check) running.set(id, check);
    return check;
  };
  return {
    async check({ user, password }, { hashes, decoy }, client) {
      if (password.length > longestPassword || password.includes('\0')) return 'wrong';
      const hash = hashes.get(user) ?? decoy;
      const id = createHmac('sha256', key)
        .update(JSON.stringify([user, password, hash]))
        .digest('base64');
      const outcome = known.get(id);
      if (outcome && outcome.until > Date.now()) return word(outcome.right);
      known.delete(id);
      const matches = await (running.get(id) ?? compare(id, { password, hash }, client));
      if (matches === undefined) return 'busy';
      // A decoy that matches (none does) would still be nobody.
      const right = matches && hashes.has(user);
      remember(id, right);
      return word(right);
    },
  };
}

function word(right: boolean): 'right' | 'wrong' {
  return right ? 'right' : 'wrong';
}
