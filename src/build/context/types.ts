// What copies take files from, and what is remembered of files between builds.

import type { TreeView } from '../../store/index.ts';

/** Decides which paths of a context are left out; paths are relative, `/` separated, bytes as latin1 characters. */
export interface IgnoreMatcher {
  /** The state at the context's root, to be handed down while walking. */
  readonly root: IgnoreState;
  /** The state of the entry `name` in the directory whose state is `parent`. */
  enter(parent: IgnoreState, name: string): IgnoreState;
}

/** What the patterns say of one path. */
export interface IgnoreState {
  readonly ignored: boolean;
  /** Whether anything below it can be wanted: false lets a walk skip the whole directory. */
  readonly descend: boolean;
  /** Whether a pattern could match something below it that matches nothing yet. */
  readonly reachesBelow: boolean;
}

/** A context folder on this machine with its ignore patterns; links never lead out of it. */
export interface ContextTree {
  readonly kind: 'context';
  /** The folder's real path. */
  readonly root: string;
  readonly ignore: IgnoreMatcher;
  /** Those of its ignore file, as written. */
  readonly patterns: readonly string[];
}

/** The root file system of a stage or an image. */
export interface ViewTree {
  readonly kind: 'view';
  readonly view: TreeView;
}

/** A tree that a copy takes its files from. */
export type FileTree = ContextTree | ViewTree;

/** SHA-256 digests of files by what `lstat` says of them; lives in one file, is written when disposed. */
export interface DigestIndex extends Disposable {
  /** The 32 bytes of the digest, or undefined when it is not known for exactly this state of the file. */
  find(file: FileIdentity): Uint8Array | undefined;
  add(file: FileIdentity, digest: Uint8Array): void;
}

/** A file's state as `lstat` gives it; times are milliseconds since the epoch with their fraction. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  readonly mtime: number;
  readonly ctime: number;
}
