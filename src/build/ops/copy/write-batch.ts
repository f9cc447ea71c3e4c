// A batch of small files, written on a worker thread, which leaves them in shared memory as they stand in the layer's tar.

import { blockSize, encodeHeader, padding, type TarEntry, writePlainHeader } from '../../../oci/index.ts';
import { type FileWrite, noteWriter, writeFile } from './write-file.ts';

/** Files and other entries, in two columns: as objects they would cost more to send than the files to write. */
export interface BatchJob {
  readonly kind: 'batch';
  /** Room for the tar; see {@link Batch.room}. */
  readonly memory: SharedArrayBuffer;
  /** Three a row: name in the layer, source (or text of a symbolic link), file of the previous layer. Each ends in NUL. */
  readonly texts: string;
  /** Six a row: kind, mode, uid, gid, size, mtime. */
  readonly numbers: Float64Array;
  /** The layer's folder. */
  readonly folder: string;
  readonly userXattrs: boolean;
}

/** What a job left in memory: so many bytes of the tar; `plain` when no file has extended attributes, which they lack. */
export interface Written {
  readonly filled: number;
  readonly plain: boolean;
}

/** A row whose content, if any, is not in the batch. */
export type BareEntry = Pick<TarEntry, 'name' | 'mode' | 'uid' | 'gid' | 'size' | 'mtime' | 'linkName'> & {
  readonly type: 'file' | 'directory' | 'symlink';
};

const kinds = ['write', 'file', 'directory', 'symlink'] as const;
const numbersPerRow = 6;
/** What headers take: one block, two more and the records where names are long or not ASCII. */
const usualHeader = 3 * blockSize;
const longName = 90;
const largestHeader = 12 << 10;

/** Gathers rows for a {@link BatchJob}. */
export class Batch {
  /** Bytes of shared memory that writing it takes at most. */
  room = 0;
  count = 0;
  readonly #texts: string[] = [];
  readonly #numbers: number[] = [];

  /** Adds a file to be written; `name` is its name in the layer. */
  write(name: string, file: Omit<FileWrite, 'target' | 'userXattrs'>): void {
    this.#add('write', name, file.source, file.previous, file);
    this.room += file.size + padding(file.size);
  }

  /** Adds an entry that is only a header. */
  entry(entry: BareEntry): void {
    this.#add(entry.type, entry.name, entry.linkName ?? '', '', entry);
  }

  job(memory: SharedArrayBuffer, folder: string, userXattrs: boolean): BatchJob {
    const texts = this.#texts.join('\0');
    return { kind: 'batch', memory, texts, numbers: Float64Array.from(this.#numbers), folder, userXattrs };
  }

  #add(
    kind: (typeof kinds)[number],
    name: string,
    text: string,
    previous: string,
    { mode, uid, gid, size, mtime }: Pick<TarEntry, 'mode' | 'uid' | 'gid' | 'size' | 'mtime'>,
  ): void {
    this.#texts.push(name, text, previous);
    this.#numbers.push(kinds.indexOf(kind), mode, uid, gid, size, mtime);
    this.room += name.length > longName || text.length > longName ? largestHeader : usualHeader;
    this.count += 1;
  }
}

/** Carries out a batch. Throws what {@link writeFile} throws. */
export function runBatch({ memory, texts, numbers, folder, userXattrs }: BatchJob): Written {
  noteWriter();
  const tar = Buffer.from(memory);
  const columns = texts.split('\0');
  let filled = 0;
  let plain = true;
  for (let row = 0; row * numbersPerRow < numbers.length; row++) {
    const [name = '', text = '', previous = ''] = columns.slice(row * 3, row * 3 + 3);
    const [kind = 0, mode = 0, uid = 0, gid = 0, size = 0, mtime = 0] = numbers.subarray(row * numbersPerRow);
    const type = kinds[kind] ?? 'write';
    if (type !== 'write') {
      const linkName = type === 'symlink' ? { linkName: text } : {};
      filled = addHeader(tar, filled, { type, name, mode, uid, gid, size, mtime, ...linkName });
      continue;
    }
    const seconds = Math.floor(mtime / 1000);
    filled = addHeader(tar, filled, { type: 'file', name, mode, uid, gid, size, mtime: seconds });
    const file = {
      source: text,
      target: `${folder}/${name}`,
      previous,
      mode,
      uid,
      gid,
      size,
      mtime,
      userXattrs,
    };
    plain = writeFile(file, tar.subarray(filled, filled + size)) && plain;
    filled += size;
    tar.fill(0, filled, filled + padding(size));
    filled += padding(size);
  }
  return { filled, plain };
}

function addHeader(tar: Buffer, at: number, entry: TarEntry): number {
  if (writePlainHeader(tar, at, entry)) return at + blockSize;
  const header = encodeHeader(entry);
  header.copy(tar, at);
  return at + header.length;
}
