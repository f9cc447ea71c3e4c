// What clients share: so much for all, so much for one.

import { RegistryError } from '../errors.ts';

/** Amounts that are taken for a while. */
export interface Shares {
  /** Takes an amount until it is disposed. Throws `TOOMANYREQUESTS` where it is more than there is for all or for one. */
  take(client: string, amount: number): Disposable;
}

/** Nothing is taken yet; `what` is shared, "uploads". */
export function openShares(what: string, all: number, one: number): Shares {
  const shares = new Map<string, number>();
  let sum = 0;
  const add = (client: string, amount: number): void => {
    const share = (shares.get(client) ?? 0) + amount;
    sum += amount;
    if (share > 0) shares.set(client, share);
    else shares.delete(client);
  };
  return {
    take(client, amount) {
      if (sum + amount > all) throw tooMany(`${all} ${what} on their way`);
      if ((shares.get(client) ?? 0) + amount > one)
        throw tooMany(`${one} ${what} of one client on their way`);
      add(client, amount);
      return { [Symbol.dispose]: () => add(client, -amount) };
    },
  };
}

function tooMany(what: string): RegistryError {
  return new RegistryError('TOOMANYREQUESTS', `This registry takes no more than ${what} at once`, {
    headers: { 'retry-after': '1' },
    hint: 'Try again later.',
  });
}
