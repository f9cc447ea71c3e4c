// Who may do what to which repository: the seam between the request pipeline and access control.

import type { RepositoryAction } from '../../types.ts';

/** What a request needs leave for. */
export interface AccessRequest {
  /** The `Authorization` header as it came. */
  readonly authorization: string | undefined;
  /** Path of the repository; undefined for `/v2/` itself and for the catalog. */
  readonly repository?: string;
  /** Without a repository: `catalog` lists repositories, none only proves who one is. */
  readonly actions: readonly (RepositoryAction | 'catalog')[];
  /** Where clients reach this server, `https://registry.example:5000`: names the built-in token service. */
  readonly origin: string;
}

/** What the asker of a request may do. */
export interface Grant {
  /** The name that was proven; undefined: anonymous. */
  readonly user: string | undefined;
  /** Whether `action` is allowed on `repository`: for mounts from another repository and for lists of repositories. */
  may(action: RepositoryAction, repository: string): boolean;
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

/** Who asks, once it is proven. */
export interface Identity {
  readonly user: string | undefined;
}

/** The rules of a registry. */
export interface Policy {
  allows(user: string | undefined, action: RepositoryAction, repository: string): boolean;
}
