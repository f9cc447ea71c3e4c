// What a build takes from elsewhere: how it may be reached, and what each asked-for source became.

import type { Digest, Platform } from '../oci/index.ts';

/** How remote sources may be reached; everything is optional, and nothing of it enters a cache key. */
export interface RemoteAccess {
  /** The value of a secret of this build by its id: `HTTP_AUTH_TOKEN_<host>`, `GIT_AUTH_TOKEN`… */
  readonly secret?: (id: string) => string | Uint8Array | undefined;
  /** Serves the ssh agent that this build forwards under an id (`default`) at the socket `path`, until disposed. */
  readonly serveAgent?: (id: string, path: string) => Promise<AsyncDisposable> | undefined;
  /** `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`…; default this process's environment. */
  readonly proxies?: Readonly<Record<string, string>>;
  /** What a lock file pins; a pinned source is never asked for anything newer. */
  readonly pins?: SourcePins;
}

/** Sources that a lock file holds fast, by what the Dockerfile asks for. */
export interface SourcePins {
  readonly http?: (url: string) => Digest | undefined;
  /** The commit that `ref` of `remote` is to be; an empty `ref` is the default branch. */
  readonly git?: (remote: string, ref: string) => string | undefined;
}

/** A source of the build and the content it was resolved to: what a lock file pins and provenance lists. */
export type ResolvedSource =
  | {
      readonly kind: 'image';
      /** The reference in full form. */
      readonly asked: string;
      readonly digest: Digest;
      readonly platform: Platform;
    }
  | {
      readonly kind: 'http';
      /** The URL without credentials. */
      readonly asked: string;
      readonly digest: Digest;
    }
  | {
      readonly kind: 'git';
      /** The repository and ref as asked for, without credentials. */
      readonly asked: string;
      readonly remote: string;
      /** Empty: the default branch. */
      readonly ref: string;
      readonly commit: string;
    };
