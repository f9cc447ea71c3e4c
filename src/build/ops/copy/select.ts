// Chooses the files that a copy's sources name: literal paths and patterns, links followed inside the tree.

import { CaissonError } from '../../../core/index.ts';
import { fromBytePath, toBytePath } from '../../../oci/index.ts';
import { fileMatcher, hasWildcards } from '../../context/index.ts';
import type { CopyVertex } from '../../types.ts';
import { choiceOf } from './choice.ts';
import type { FileTable } from './file-table.ts';
import type { SourceReader } from './source.ts';

/** What one source path gave: rows `start` (the selected entry itself) up to `end`. */
export interface Selection {
  /** The source as the instruction has it. */
  readonly source: string;
  /** The path that was selected, before its last link was followed; '' is the root. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** Which of the instruction's sources it is; undefined for one that stands in the Dockerfile. */
  readonly place?: number;
}

/** Selects the sources of `vertex`, in order, each with the reader of its place. Throws `SOURCE_NOT_FOUND`, `SOURCE_PATTERN_INVALID`. */
export function selectSources(
  vertex: CopyVertex,
  readerAt: (place: number) => SourceReader,
  table: FileTable,
): readonly Selection[] {
  return vertex.sources.flatMap((source, place) => {
    const reader = readerAt(place);
    const { root, filter, required } = choiceOf(vertex, source);
    if (required !== undefined && reader.follow(required) === undefined)
      throw notFound(vertex, required, reader);
    return matches(vertex, root, reader).map((path) => {
      const canonical = reader.follow(path);
      const start = table.count;
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (canonical === undefined || !reader.collect(canonical, name, table, filter))
        throw notFound(vertex, path, reader);
      return { source, path, start, end: table.count, place };
    });
  });
}

/** The paths a source stands for: itself, or those its pattern matches. */
function matches(vertex: CopyVertex, source: string, reader: SourceReader): readonly string[] {
  const components = source.split('/').filter((name) => name !== '' && name !== '.');
  const first = components.findIndex(hasWildcards);
  const literal = toBytePath((first < 0 ? components : components.slice(0, first)).join('/'));
  if (first < 0) return [literal];
  const matchers = components.slice(first).map((pattern) => matcherOf(vertex, source, pattern));
  const base = reader.follow(literal);
  if (base === undefined) throw missingFolder(vertex, literal, reader);
  return matchBelow(reader, base, matchers);
}

function matcherOf(vertex: CopyVertex, source: string, pattern: string): (name: string) => boolean {
  const matcher = fileMatcher(pattern);
  if (matcher) return matcher;
  throw new CaissonError(
    'SOURCE_PATTERN_INVALID',
    `invalid source pattern "${source}": syntax error in pattern`,
    {
      hint: 'Close every "[" with a "]", or write a literal "[" as "[[]".',
      ...(vertex.location === undefined ? {} : { location: vertex.location }),
    },
  );
}

/** Links in the middle are not followed: a wildcard takes directories only. */
function matchBelow(
  reader: SourceReader,
  directory: string,
  [matcher, ...rest]: readonly ((name: string) => boolean)[],
): readonly string[] {
  if (matcher === undefined || !reader.isDirectory(directory)) return [];
  return reader
    .list(directory)
    .filter(matcher)
    .map((name) => (directory === '' ? name : `${directory}/${name}`))
    .flatMap((path) => (rest.length === 0 ? [path] : matchBelow(reader, path, rest)));
}

function missingFolder(vertex: CopyVertex, path: string, reader: SourceReader): CaissonError {
  return new CaissonError('SOURCE_NOT_FOUND', `lstat /${fromBytePath(path)}: no such file or directory`, {
    hint: reader.hint(path),
    ...(vertex.location === undefined ? {} : { location: vertex.location }),
  });
}

/** Worded as BuildKit words it. */
function notFound(vertex: CopyVertex, path: string, reader: SourceReader): CaissonError {
  const message = `failed to compute cache key: failed to calculate checksum: "/${fromBytePath(path)}": not found`;
  return new CaissonError('SOURCE_NOT_FOUND', message, {
    hint: reader.hint(path),
    ...(vertex.location === undefined ? {} : { location: vertex.location }),
  });
}
