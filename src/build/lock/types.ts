// `Dockerfile.lock`: what each source that a Dockerfile names was when it was locked.

import type { Digest } from '../../oci/index.ts';

/** The contents of a lock file; maps are by what the Dockerfile asks for, without credentials. */
export interface LockFile {
  readonly version: 1;
  /** Digest of the manifest by full reference, then by platform. */
  readonly images: Readonly<Record<string, Readonly<Record<string, Digest>>>>;
  /** Digest of the file by URL. */
  readonly http: Readonly<Record<string, Digest>>;
  /** Commit by repository, `#` and ref; without `#` the default branch. */
  readonly git: Readonly<Record<string, string>>;
}

/** What one source of a lock became. */
export interface LockedSource {
  readonly kind: keyof Omit<LockFile, 'version'>;
  readonly asked: string;
  readonly platform?: string;
  /** A digest or a commit. */
  readonly pin: string;
  /** The pin that was there before, where it is another. */
  readonly before?: string;
}
