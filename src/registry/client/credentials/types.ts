// What the parts of the credential store tell each other.

import type { Credentials } from '../../types.ts';
import type { CredentialSource } from '../types.ts';

/** Credentials that can be looked up, stored and forgotten. */
export interface CredentialStore extends CredentialSource {
  /** Keeps credentials for a registry. Throws `CREDENTIAL_HELPER_FAILED`, `CREDENTIALS_NOT_STORED`. */
  put(domain: string, credentials: Credentials): Promise<CredentialPlace>;
  /** Forgets what is kept for a registry, wherever `get` would find it; gives the places where something was. */
  erase(domain: string): Promise<readonly CredentialPlace[]>;
  /** Forgets what is kept for any registry; gives the places where something was. */
  eraseAll(): Promise<readonly CredentialPlace[]>;
}

/** Where credentials are kept: by a program `docker-credential-NAME`, or in a file, as good as readable. */
export type CredentialPlace =
  | { readonly kind: 'helper'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string };

/** A file of credentials. `docker`: keys are as Docker writes them; `containers`: they may name repositories. */
export interface CredentialFile {
  readonly path: string;
  readonly style: 'docker' | 'containers';
}

/** What a credential file says. */
export interface CredentialConfig {
  /** By key: `https://index.docker.io/v1/`, `quay.io`, `quay.io/org`. */
  readonly auths: ReadonlyMap<string, unknown>;
  /** Names of helpers by registry. */
  readonly credHelpers: ReadonlyMap<string, string>;
  /** Name of the helper for all registries. */
  readonly credsStore?: string;
}
