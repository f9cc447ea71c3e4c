// Prepares a copy: its files are chosen, hashed, and made a cache key.

import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { toBytePath } from '../../../oci/index.ts';
import { type DigestIndex, hashFiles, openDigestIndex } from '../../context/index.ts';
import type { CopyVertex, InlineFile } from '../../types.ts';
import { contextSource } from './context-source.ts';
import { emptySource } from './empty-source.ts';
import { FileTable } from './file-table.ts';
import { digestManifest, writeManifest } from './manifest.ts';
import { type Selection, selectSources } from './select.ts';
import type { SourceReader } from './source.ts';
import { copyThreads } from './threads.ts';
import type { PrepareCopyOptions, PreparedCopy } from './types.ts';
import { viewSource } from './view-source.ts';

/** Chooses and hashes the files of `vertex`. Throws `SOURCE_NOT_FOUND`, `SOURCE_PATTERN_INVALID`, `CONTEXT_CHANGED`, `CONTEXT_UNREADABLE`. */
export async function prepareCopy(vertex: CopyVertex, options: PrepareCopyOptions): Promise<PreparedCopy> {
  const table = new FileTable(options.scratch ?? tmpdir());
  try {
    const selections = await chooseFiles(vertex, options, table);
    const sources = [...vertex.sources, ...vertex.files.map(inlineSource)];
    const digests = digestManifest(table, selections, sources);
    return {
      vertex,
      key: digests.key,
      parts: Object.fromEntries(
        sources.map((name, at) => [`files ${at + 1} ${name}`, digests.sources[at] ?? '']),
      ),
      manifest: () => writeManifest(table, selections, sources),
      placement: Buffer.alloc(32),
      files: {
        table,
        selections,
        root: options.source?.kind === 'context' ? options.source.root : undefined,
      },
      [Symbol.dispose]: () => table[Symbol.dispose](),
    };
  } catch (error) {
    table[Symbol.dispose]();
    throw error;
  }
}

async function chooseFiles(
  vertex: CopyVertex,
  { source, fetched, indexFile, signal }: PrepareCopyOptions,
  table: FileTable,
): Promise<readonly Selection[]> {
  using index = indexFile === undefined ? undefined : openDigestIndex(indexFile);
  const main = readerOf(source, index);
  const readerAt = (place: number): SourceReader =>
    readerOf(fetched?.get(place), undefined) ?? main ?? emptySource;
  const chosen = selectSources(vertex, readerAt, table);
  await hashRest(table, index, signal);
  return [...chosen, ...vertex.files.map((file) => addInline(table, file))];
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
  index: DigestIndex | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  await hashFiles(
    {
      count: table.unhashed,
      rows: unhashedRows(table),
      path: (row) => table.source(row),
      size: (row) => table.size(row),
    },
    (row, hashed) => {
      table.setContent(row, hashed);
      index?.add(hashed, hashed.digest);
    },
    copyThreads(),
    signal,
  );
}

function* unhashedRows(table: FileTable): Generator<number> {
  for (let row = 0; row < table.count; row++) if (table.isUnhashed(row)) yield row;
}

function inlineSource({ name }: InlineFile): string {
  return `<<${name}`;
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
  return { source: inlineSource(file), path: name, start, end: start + 1 };
}
