// The tokens that were given for one endpoint, kept while they last.

import { type Access, covers } from './access.ts';
import type { IssuedToken } from './token-service.ts';

/** A token that is kept. */
export interface KeptToken {
  readonly token: string;
  /** What it was asked for. */
  readonly access: Access;
  /** Whose it is. */
  readonly owner: string;
  /** In the clock's milliseconds. */
  readonly since: number;
  readonly until: number;
}

/** Tokens of one endpoint. */
export interface TokenShelf {
  /** One that lasts, of this owner, good for all of `access`. */
  find(owner: string, access: Access): KeptToken | undefined;
  keep(owner: string, access: Access, issued: IssuedToken): void;
  drop(token: KeptToken): void;
  /** Whether it was given but a moment ago: another one would be no better. */
  isFresh(token: KeptToken): boolean;
}

const most = 256;
const freshFor = 10_000;

/** An empty shelf. */
export function tokenShelf(now: () => number): TokenShelf {
  let tokens: readonly KeptToken[] = [];
  return {
    find: (owner, access) =>
      tokens.find((token) => token.owner === owner && token.until > now() && covers(token.access, access)),
    keep: (owner, access, { token, lasts }) => {
      const since = now();
      const lasting = tokens.filter(({ until }) => until > since).slice(0, most - 1);
      tokens = [{ token, access, owner, since, until: since + lasts }, ...lasting];
    },
    drop: (token) => {
      tokens = tokens.filter((kept) => kept !== token);
    },
    isFresh: ({ since }) => now() - since < freshFor,
  };
}
