// A copy being carried out: what all of its parts work with.

import type { FileTable } from './file-table.ts';
import type { LayerTar } from './layer-tar.ts';
import type { ModeChange } from './mode.ts';
import type { Owner } from './owner.ts';
import type { ExecuteCopyOptions, PreparedCopy } from './types.ts';
import type { DirectoryAttributes, UpperTree } from './upper-tree.ts';
import type { FileWriter } from './write-files.ts';

/** A copy being carried out. */
export interface CopyRun {
  readonly copy: PreparedCopy;
  readonly options: ExecuteCopyOptions;
  readonly table: FileTable;
  readonly upper: UpperTree;
  readonly writer: FileWriter;
  readonly tar: LayerTar;
  readonly owner: Owner | undefined;
  readonly mode: ModeChange | undefined;
  /** Of directories made on the way to the destination. */
  readonly made: DirectoryAttributes;
  /** First rows of selections that are archives to unpack. */
  readonly archives: ReadonlySet<number>;
}
