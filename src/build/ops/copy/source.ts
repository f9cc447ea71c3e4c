// What selecting needs of a tree: one interface for context folders and for the file systems of stages and images.

import type { FileTable } from './file-table.ts';
import type { PathFilter } from './filter.ts';

/** A tree that files are selected from. Paths are relative to its root, canonical, latin1 bytes; the root is ''. */
export interface SourceReader {
  /** Follows all links of `path` inside the tree; undefined when nothing is there. */
  follow(path: string): string | undefined;
  isDirectory(path: string): boolean;
  /** Names in a directory that may be selected, sorted by bytes. */
  list(path: string): readonly string[];
  /** Adds the entry at the canonical `path` and what `filter` takes below it, under `name`, with the digests that are known; false when there is nothing to add. */
  collect(path: string, name: string, into: FileTable, filter: PathFilter | undefined): boolean;
  /** Why `path` may be missing, for the reader. */
  hint(path: string): string;
}
