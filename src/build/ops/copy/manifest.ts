// The files of a copy as bytes: what its key is the digest of, what misses are explained from, what unchanged files are known by.
//
// A manifest is records, one a row. It is made and read in chunks of whole records and never held: of a million files it takes 150 MB.

import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import type { Digest } from '../../../oci/index.ts';
import type { FileTable } from './file-table.ts';
import { chunkSize, RecordCursor, recordEnd, recordSize, writeRecord } from './record.ts';
import { RowPaths } from './row-paths.ts';
import type { Selection } from './select.ts';

/** Chunks of a manifest; each is to be used before the next is asked for. */
export type Manifest = Iterable<Buffer>;

/** The digest of a manifest, and that of each source's records. */
export interface ManifestDigests {
  readonly key: Digest;
  readonly sources: readonly Digest[];
}

/** The manifest of `table`, whose selections are of `sources`. */
export function* writeManifest(
  table: FileTable,
  selections: readonly Selection[],
  sources: readonly string[],
): Generator<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(chunkSize);
  const paths = new RowPaths(table);
  let at = 0;
  for (const { start, end, path: top, source: name } of selections) {
    const source = sources.indexOf(name);
    for (let row = start; row < end; row++) {
      const names = { source, path: paths.path(row, top), text: textOf(table, row) };
      const size = recordSize(names);
      if (at + size > bytes.length) {
        yield bytes.subarray(0, at);
        at = 0;
      }
      writeRecord(bytes, at, table, row, names);
      at += size;
    }
  }
  if (at > 0) yield bytes.subarray(0, at);
}

/** Takes the digests of the manifest of `table`. */
export function digestManifest(
  table: FileTable,
  selections: readonly Selection[],
  sources: readonly string[],
): ManifestDigests {
  const all = createHash('sha256');
  const each = sources.map((source) => {
    const hash = createHash('sha256');
    const own = selections.filter((selection) => selection.source === source);
    for (const chunk of writeManifest(table, own, sources)) {
      hash.update(chunk);
      all.update(chunk);
    }
    return `sha256:${hash.digest('hex')}` as const;
  });
  return { key: `sha256:${all.digest('hex')}`, sources: each };
}

/** The manifest that was written to an open file, from `position` on; stops where the bytes are none. */
export function* readManifest(fd: number, position: number): Generator<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(chunkSize);
  let from = position;
  for (;;) {
    const read = bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from));
    let whole = 0;
    for (let end = recordEnd(read, 0); end !== undefined; end = recordEnd(read, end)) whole = end;
    if (whole === 0) return;
    yield read.subarray(0, whole);
    from += whole;
  }
}

/** Where two manifests differ: records of one path, or one that the other lacks. Both are in the order of the walk, so no table of paths is needed. */
export function* differences(
  before: Manifest,
  now: Manifest,
): Generator<{ readonly old?: RecordCursor; readonly new?: RecordCursor; readonly row: number }> {
  const [old, fresh] = [new RecordCursor(before), new RecordCursor(now)];
  let [hasOld, hasNew] = [old.next(), fresh.next()];
  for (let row = 0; hasOld || hasNew; ) {
    const order = hasOld && hasNew ? old.order(fresh) : hasOld ? -1 : 1;
    if (order < 0) yield { old, row };
    else if (order > 0) yield { new: fresh, row };
    else if (!old.equals(fresh)) yield { old, new: fresh, row };
    if (order <= 0) hasOld = old.next();
    if (order < 0) continue;
    hasNew = fresh.next();
    row += 1;
  }
}

function textOf(table: FileTable, row: number): string {
  const { linkTarget, device, xattrs } = table.detail(row) ?? {};
  if (linkTarget !== undefined) return linkTarget;
  if (device !== undefined) return String(device);
  if (xattrs === undefined) return '';
  const hash = createHash('sha256');
  for (const [name, value] of [...xattrs].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name}\0${value.length}\0`).update(value);
  return hash.digest('hex');
}
