// Who may do what to which repository: what access control is asked and what it answers.

import type { RepositoryAction } from '../../types.ts';

/** What a request needs leave for. */
export interface AccessRequest {
  /** The `Authorization` header as it came. */
  readonly authorization: string | undefined;
  /** Whose turn it takes to check a password. */
  readonly client: string;
  /** `base` only proves who one is, `catalog` lists repositories, `metrics` are for users. */
  readonly wanted: 'base' | 'catalog' | 'metrics' | RepositoryNeed;
  /** Read by the way: a challenge names them, their absence does not refuse the request. */
  readonly pullFrom?: readonly string[];
  /** Where clients reach this server, `https://registry.example:5000`: names the built-in token service. */
  readonly origin: string;
  /** A person with a browser asks: those know passwords, but nothing of tokens. */
  readonly browser?: boolean;
}

/** An action on a repository. */
export interface RepositoryNeed {
  readonly repository: string;
  readonly action: RepositoryAction;
}

/** What the asker of a request may do. */
export interface Grant {
  /** The name that was proven; undefined: anonymous. */
  readonly user: string | undefined;
  /** For mounts from another repository and for lists of repositories. */
  readonly may: (action: RepositoryAction, repository: string) => boolean;
}

/** What access control says of a request. */
export type AccessDecision =
  | { readonly kind: 'granted'; readonly grant: Grant }
  /** 401: `challenge` is the `WWW-Authenticate` header. */
  | { readonly kind: 'unauthorized'; readonly challenge: string; readonly message: string }
  /** 403 */
  | { readonly kind: 'denied'; readonly message: string }
  /** 429: more passwords are waiting to be checked than can be. */
  | { readonly kind: 'busy'; readonly message: string };

/** Decides on requests. */
export interface AccessControl {
  decide(request: AccessRequest): Promise<AccessDecision>;
}

/** The rules of a registry: what a user, or anybody (undefined), may do. */
export interface Policy {
  /** Whether there is anything that anybody may pull. */
  readonly anonymousPull: boolean;
  allows(user: string | undefined, action: RepositoryAction, repository: string): boolean;
}

/** An entry of a token's `access` claim (Docker's token specification). */
export interface AccessClaim {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}
