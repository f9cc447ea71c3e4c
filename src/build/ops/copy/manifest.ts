// The files of a copy as bytes: what its key is the digest of, what misses are explained from, what unchanged files are known by.
//
// A manifest is: length of the records (8 bytes), the records, the modification times (8 bytes each), a digest of the placement
// (32 bytes, zero until the copy was carried out). Times and placement do not count for the key.

import { createHash } from 'node:crypto';
import { type Digest, sha256 } from '../../../oci/index.ts';
import { type FileTable, type FileType, fileTypes } from './file-table.ts';
import type { Selection } from './select.ts';

// A record: type (1), mode (2), uid (4), gid (4), size (8), digest (32), length of the path (2), of the text (2), path, text.
// The text is a link's target, a device's number, or the digest of extended attributes.
const fixedSize = 55;
const placementSize = 32;

/** One record of a manifest. */
export interface ManifestEntry {
  /** The source's path as selected, latin1 bytes. */
  readonly path: string;
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly digest: Buffer;
  readonly text: string;
  readonly mtime: number;
}

/** A manifest, the digest of its records, and that of each selection's. */
export interface WrittenManifest {
  readonly bytes: Buffer;
  readonly key: Digest;
  readonly selections: readonly Digest[];
}

/** Writes the manifest of `table`. No list of paths is made: each is put together from that of its directory, which is written before. */
export function writeManifest(table: FileTable, selections: readonly Selection[]): WrittenManifest {
  const lengths = pathLengths(table, selections);
  const texts = new Map([...table.details.keys()].map((row) => [row, textOf(table, row)]));
  let size = table.count * fixedSize;
  for (const length of lengths) size += length;
  for (const text of texts.values()) size += text.length;
  const bytes = Buffer.alloc(8 + size + table.count * 8 + placementSize);
  bytes.writeDoubleLE(size);
  const starts = new Float64Array(table.count + 1);
  const roots = new Map(selections.map(({ start, path }) => [start, path]));
  let at = 8;
  for (let row = 0; row < table.count; row++) {
    starts[row] = at;
    const path = { from: starts[table.parent(row)] ?? 0, root: roots.get(row), length: lengths[row] ?? 0 };
    at = writeRecord(bytes, at, table, row, path, texts.get(row) ?? '');
    bytes.writeDoubleLE(table.mtime(row), 8 + size + row * 8);
  }
  starts[table.count] = at;
  const digests = selections.map(({ start, end }) => sha256(bytes.subarray(starts[start], starts[end])));
  return { bytes, key: sha256(bytes.subarray(8, 8 + size)), selections: digests };
}

/** The records of a manifest in order; stops where the bytes are not a manifest. */
export function* readManifest(bytes: Buffer): Generator<ManifestEntry> {
  if (bytes.length < 8 + placementSize) return;
  const end = 8 + bytes.readDoubleLE(0);
  let times = end;
  for (let at = 8; at + fixedSize <= end && times + 8 <= bytes.length; times += 8) {
    const [pathLength, textLength] = [bytes.readUInt16LE(at + 51), bytes.readUInt16LE(at + 53)];
    const text = at + fixedSize + pathLength;
    yield {
      type: fileTypes[bytes[at] ?? 0] ?? 'file',
      mode: bytes.readUInt16LE(at + 1),
      uid: bytes.readUInt32LE(at + 3),
      gid: bytes.readUInt32LE(at + 7),
      size: bytes.readDoubleLE(at + 11),
      digest: bytes.subarray(at + 19, at + 51),
      path: bytes.toString('latin1', at + fixedSize, text),
      text: bytes.toString('latin1', text, text + textLength),
      mtime: bytes.readDoubleLE(times),
    };
    at = text + textLength;
  }
}

/** Where the copy put its files, as a digest; all zero when it was not carried out. */
export function placementOf(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.length - placementSize);
}

/** How long the path of every row is, as selected. */
function pathLengths(table: FileTable, selections: readonly Selection[]): Uint16Array {
  const lengths = new Uint16Array(table.count);
  for (const selection of selections) {
    lengths[selection.start] = selection.path.length;
    for (let row = selection.start + 1; row < selection.end; row++) {
      const parent = lengths[table.parent(row)] ?? 0;
      lengths[row] = (parent === 0 ? 0 : parent + 1) + (table.names[row]?.length ?? 0);
    }
  }
  return lengths;
}

function textOf(table: FileTable, row: number): string {
  const detail = table.details.get(row);
  if (detail === undefined) return '';
  if (detail.linkTarget !== undefined) return detail.linkTarget;
  if (detail.device !== undefined) return String(detail.device);
  if (detail.xattrs === undefined) return '';
  const hash = createHash('sha256');
  for (const [name, value] of [...detail.xattrs].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name}\0${value.length}\0`).update(value);
  return hash.digest('hex');
}

/** The path of a row: that of a selection's root as it is, any other from the record of its directory, which begins at `from`. */
interface RowPath {
  readonly root: string | undefined;
  readonly from: number;
  readonly length: number;
}

/** A selected directory gives only what it holds: its own mode and owner are nothing to the result. */
function writeRecord(
  bytes: Buffer,
  start: number,
  table: FileTable,
  row: number,
  path: RowPath,
  text: string,
): number {
  const type = table.type(row);
  const contentsOnly = type === 'directory' && table.parent(row) < 0;
  bytes[start] = fileTypes.indexOf(type);
  bytes.writeUInt16LE(contentsOnly ? 0 : table.mode(row), start + 1);
  bytes.writeUInt32LE(contentsOnly ? 0 : table.uid(row), start + 3);
  bytes.writeUInt32LE(contentsOnly ? 0 : table.gid(row), start + 7);
  bytes.writeDoubleLE(table.size(row), start + 11);
  table.digest(row).copy(bytes, start + 19);
  bytes.writeUInt16LE(path.length, start + 51);
  bytes.writeUInt16LE(text.length, start + 53);
  writePath(bytes, start + fixedSize, path, table.names[row] ?? '');
  bytes.write(text, start + fixedSize + path.length, 'latin1');
  return start + fixedSize + path.length + text.length;
}

function writePath(bytes: Buffer, at: number, { root, from, length }: RowPath, name: string): void {
  if (root !== undefined) {
    bytes.write(root, at, 'latin1');
    return;
  }
  const parentLength = length - name.length - 1;
  if (parentLength > 0) {
    bytes.copyWithin(at, from + fixedSize, from + fixedSize + parentLength);
    bytes[at + parentLength] = 0x2f;
  }
  bytes.write(name, at + length - name.length, 'latin1');
}
