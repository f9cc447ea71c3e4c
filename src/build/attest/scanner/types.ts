// What scanning an image finds.

import type { TreeEntry } from '../../../store/index.ts';
import type { PackageUrl } from '../purl.ts';

/** An installed package. */
export interface FoundPackage extends PackageUrl {
  readonly version: string;
  /** As the package declares it; not necessarily an SPDX expression. */
  readonly license?: string | undefined;
  readonly supplier?: string | undefined;
  /** The file that tells of it, absolute in the image. */
  readonly path: string;
}

/** A file that may tell of packages. */
export interface ScannedFile {
  /** As text. */
  readonly path: string;
  readonly entry: TreeEntry;
  /** The file's bytes; throws `FILE_TOO_LARGE` over `limit` bytes. */
  readonly read: (limit: number) => Buffer;
}

/** One kind of package database. */
export interface Cataloger {
  /** Whether the file is one of its kind; `path` is absolute, bytes as latin1. */
  readonly wants: (path: string, entry: TreeEntry) => boolean;
  /** What the file tells of. Throws where it is not what it should be. */
  readonly read: (file: ScannedFile, distribution: Distribution) => readonly FoundPackage[];
}

/** What distribution the image says it is (os-release). */
export interface Distribution {
  /** `debian`; empty where it says nothing. */
  readonly id: string;
  readonly version: string;
  readonly name: string;
}

/** All that scanning found. */
export interface Scan {
  readonly distribution: Distribution;
  /** Each once, sorted by package URL. */
  readonly packages: readonly ScannedPackage[];
  /** Files that should tell of packages and cannot be read, with the reason. */
  readonly unreadable: readonly string[];
}

/** A package, and everywhere that tells of it. */
export interface ScannedPackage extends Omit<FoundPackage, 'path'> {
  readonly purl: string;
  readonly paths: readonly string[];
}
