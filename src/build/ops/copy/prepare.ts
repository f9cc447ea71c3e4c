// Prepares a copy: its files are chosen, hashed, and made a cache key.

import { createHash } from 'node:crypto';
import { toBytePath } from '../../../oci/index.ts';
import { type DigestIndex, hashFiles, openDigestIndex } from '../../context/index.ts';
import type { CopyVertex, InlineFile } from '../../types.ts';
import { contextSource } from './context-source.ts';
import { FileTable } from './file-table.ts';
import { writeManifest } from './manifest.ts';
import { type Selection, selectSources } from './select.ts';
import type { SourceReader } from './source.ts';
import { copyThreads } from './threads.ts';
import type { PrepareCopyOptions, PreparedCopy } from './types.ts';
import { viewSource } from './view-source.ts';

/** Chooses and hashes the files of `vertex`. Throws `SOURCE_NOT_FOUND`, `SOURCE_PATTERN_INVALID`, `CONTEXT_CHANGED`, `CONTEXT_UNREADABLE`. */
export async function prepareCopy(vertex: CopyVertex, options: PrepareCopyOptions): Promise<PreparedCopy> {
  const { source, indexFile, signal } = options;
  using index = indexFile === undefined ? undefined : openDigestIndex(indexFile);
  const table = new FileTable();
  const unhashed: number[] = [];
  const reader = readerOf(source, index);
  const chosen = reader ? selectSources(vertex, reader, table, unhashed) : [];
  await hashRest(table, unhashed, index, signal);
  const selections = [...chosen, ...vertex.files.map((file) => addInline(table, file))];
  const manifest = writeManifest(table, selections);
  return {
    vertex,
    key: manifest.key,
    parts: Object.fromEntries(
      selections.map(({ source: name }, at) => [`files ${at + 1} ${name}`, manifest.selections[at] ?? '']),
    ),
    manifest: manifest.bytes,
    files: { table, selections, root: source?.kind === 'context' ? source.root : undefined },
  };
}

function readerOf(
  source: PrepareCopyOptions['source'],
  index: DigestIndex | undefined,
): SourceReader | undefined {
  if (source === undefined) return undefined;
  return source.kind === 'context' ? contextSource(source, index) : viewSource(source.view, index);
}

async function hashRest(
  table: FileTable,
  unhashed: readonly number[],
  index: DigestIndex | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  await hashFiles(
    {
      count: unhashed.length,
      path: (at) => table.source(unhashed[at] ?? 0),
      size: (at) => table.size(unhashed[at] ?? 0),
    },
    (at, hashed) => {
      const row = unhashed[at];
      if (row !== undefined) table.setContent(row, hashed);
      index?.add(hashed, hashed.digest);
    },
    copyThreads(),
    signal,
  );
}

function addInline(table: FileTable, file: InlineFile): Selection {
  const content = Buffer.from(file.content);
  const name = toBytePath(file.name);
  const plain = { type: 'file', mode: 0o644, uid: 0, gid: 0, size: content.length, mtime: 0 } as const;
  const start = table.add({ name, parent: -1, ...plain }, { content });
  table.setContent(start, {
    digest: createHash('sha256').update(content).digest(),
    size: content.length,
    mtime: 0,
  });
  return { source: `<<${file.name}`, path: name, start, end: start + 1 };
}
