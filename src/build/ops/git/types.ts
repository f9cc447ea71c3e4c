// What fetching with git takes and gives.

import type { LayerId, Lease, Store } from '../../../store/index.ts';
import type { RemoteAccess } from '../../remote.ts';

/** A repository and what of it is wanted. */
export interface GitReference {
  /** What git is given; credentials may be in it. */
  readonly remote: string;
  /** A branch, tag, full ref name or commit; empty: the default branch. */
  readonly ref: string;
  /** Leading hex digits of the commit (or tag object) it must be. */
  readonly checksum: string | undefined;
  /** Relative, without `.` and `..`; empty: the whole tree. */
  readonly subdirectory: string;
  /** As `?keep-git-dir` says; undefined where it does not. */
  readonly keepGitDir: boolean | undefined;
  /** As `?submodules` says. */
  readonly submodules: boolean;
}

/** A repository and how its files are laid out. */
export interface GitSource extends Omit<GitReference, 'keepGitDir'> {
  readonly keepGitDir: boolean;
}

/** What fetching works with. */
export interface GitServices {
  readonly store: Store;
  readonly lease: Lease;
  readonly access: RemoteAccess;
  readonly signal: AbortSignal;
  /** What git says, without credentials. */
  readonly onOutput?: (data: Uint8Array) => void;
}

/** What a ref is now. */
export interface GitCommit {
  readonly commit: string;
  /** The object the ref names: the commit, or the tag object that names the commit. */
  readonly object: string;
  /** The ref's full name; undefined where the commit itself was asked for. */
  readonly name: string | undefined;
}

/** A commit's files as a layer. */
export interface FetchedTree {
  readonly layer: LayerId;
  readonly cached: boolean;
}
