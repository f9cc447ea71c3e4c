// What COPY and ADD are prepared into, and how they are carried out.

import type { Digest } from '../../../oci/index.ts';
import type { LayerDiff, LayerDraft, TreeView } from '../../../store/index.ts';
import type { FileTree } from '../../context/index.ts';
import type { CopyVertex } from '../../types.ts';
import type { FileTable } from './file-table.ts';
import type { Manifest } from './manifest.ts';
import type { Selection } from './select.ts';

/** What preparing a copy needs beside the vertex. */
export interface PrepareCopyOptions {
  /** undefined when all sources are inline. */
  readonly source: FileTree | undefined;
  /** The trees of fetched sources, by the source's place. */
  readonly fetched?: ReadonlyMap<number, FileTree>;
  /** The file that remembers digests for this source: one a context folder; undefined: nothing is remembered. */
  readonly indexFile?: string;
  /** The folder for what would take too much memory; default the system's for temporary files. */
  readonly scratch?: string;
  readonly signal?: AbortSignal;
}

/** A copy whose files are chosen and hashed. Disposing it frees what was put aside. */
export interface PreparedCopy extends Disposable {
  readonly vertex: CopyVertex;
  /** Digest of everything the copied bytes depend on: the selected files (path, type, mode, owner, size, link target, content) and nothing else. */
  readonly key: Digest;
  /** The key's parts by name, few: `files`, and one a source. */
  readonly parts: Readonly<Record<string, string>>;
  /** The selected files, for `explainFiles` and for reusing unchanged files of the step's previous layer; made anew each time. */
  readonly manifest: () => Manifest;
  /** A digest (32 bytes) of where the files were put; zeros until the copy is carried out. */
  readonly placement: Buffer;
  readonly files: SelectedFiles;
}

/** The files of a prepared copy, for carrying it out. */
export interface SelectedFiles {
  readonly table: FileTable;
  readonly selections: readonly Selection[];
  /** The real path of the context folder, where the files come from one. */
  readonly root: string | undefined;
}

/** The layer the same step gave last time; its unchanged files are linked instead of copied. */
export interface PreviousCopy {
  readonly manifest: () => Manifest;
  readonly placement: Buffer;
  /** The kept layer's folder. */
  readonly folder: string;
}

/** What carrying out a copy needs. */
export interface ExecuteCopyOptions {
  /** The tree copied into; undefined: an empty root. */
  readonly base: TreeView | undefined;
  readonly draft: LayerDraft;
  readonly previous?: PreviousCopy;
  /** Modification time (nanoseconds) of directories made on the way; default now. */
  readonly now?: bigint;
  readonly signal?: AbortSignal;
}

/** What a copy gave; `diff` is set when the layer's digest fell out of the writing. */
export interface CopyResult {
  readonly diff?: LayerDiff;
  /** What the person should know: an owner that the destination does not know, for instance. */
  readonly warnings: readonly string[];
}
