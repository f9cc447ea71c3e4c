// What RUN --mount asks for, resolved: the mounts of one process.

import type { VertexId } from '../core/index.ts';

/** How steps that use one cache mount at once share it. */
export type CacheSharing = 'shared' | 'private' | 'locked';

/** Numbers of a mounted file or folder; undefined: as the kind of mount has it. */
export interface MountOwner {
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** Files of a context, a stage or an image. What is written is discarded. */
export interface BindMount {
  readonly kind: 'bind';
  /** Absolute. */
  readonly target: string;
  /** undefined: an empty tree. */
  readonly from: VertexId | undefined;
  /** Absolute, in the tree it is taken from. */
  readonly source: string;
  /** Whether `from` is a copy made for this mount, whose key is its content. */
  readonly copied: boolean;
  readonly readOnly: boolean;
}

/** A folder that is kept from build to build. */
export interface CacheMount extends MountOwner {
  readonly kind: 'cache';
  readonly target: string;
  /** With the namespace of the build. */
  readonly id: string;
  readonly sharing: CacheSharing;
  /** The tree it begins with; undefined: empty. */
  readonly from: VertexId | undefined;
  /** A folder in it; `/` is all of it. */
  readonly source: string;
  readonly readOnly: boolean;
}

/** An empty folder in memory. */
export interface TmpfsMount {
  readonly kind: 'tmpfs';
  readonly target: string;
  /** Bytes; undefined: the kernel's limit. */
  readonly size: number | undefined;
  readonly readOnly: boolean;
}

/** A secret as a file, as an environment variable, or both. */
export interface SecretMount extends MountOwner {
  readonly kind: 'secret';
  readonly id: string;
  readonly target: string | undefined;
  readonly env: string | undefined;
  readonly required: boolean;
}

/** The socket of a forwarded SSH agent. */
export interface SshMount extends MountOwner {
  readonly kind: 'ssh';
  readonly id: string;
  readonly target: string;
  readonly required: boolean;
}

/** One mount of a process. */
export type ExecMount = BindMount | CacheMount | TmpfsMount | SecretMount | SshMount;

/** A mount that shows files of another tree. */
export type SourcedMount = BindMount | CacheMount;

/** The mounts that show files of a tree: of a context, a stage or an image. */
export function sourcedMounts(mounts: readonly ExecMount[]): readonly SourcedMount[] {
  return mounts.filter((mount): mount is SourcedMount => mount.kind === 'bind' || mount.kind === 'cache');
}

/** A device of the host by its CDI name: `vendor.com/class=name`, `vendor.com/class` or `vendor.com/class=*`. */
export interface ExecDevice {
  readonly name: string;
  readonly required: boolean;
}

/** The source of a copy that takes exactly `path` (absolute): no character of it is a wildcard. */
export function literalSource(path: string): string {
  return path.slice(1).replaceAll(/[[*?]/g, '[$&]').replaceAll('\\', '\\\\') || '.';
}
