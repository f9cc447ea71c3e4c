// Reads a tar archive pushed in chunks of any size: entries come out with names, numbers and sizes checked.

import { CaissonError } from '../../core/index.ts';
import { blockSize, padding, type TarEntry, type TarEntryType } from './entry.ts';
import { isEmptyBlock, parseHeader, type RawHeader } from './header.ts';
import { type PaxRecords, parsePax, parsePaxTime, paxXattrs } from './pax.ts';

/** Receives an archive's entries in order; the bytes passed to `data` are only valid during the call. */
export interface TarReceiver {
  entry(entry: TarEntry): void;
  /** The next bytes of the last entry's content. */
  data(bytes: Buffer): void;
  /** The last entry's content is complete; called for every entry. */
  end(): void;
}

type Phase = 'header' | 'content' | 'padding' | 'ended';

/** A tar parser: push chunks, then {@link finish}. Throws `TAR_INVALID`. */
export class TarReader {
  readonly #receiver: TarReceiver;
  readonly #held = Buffer.alloc(blockSize);
  #heldLength = 0;
  #phase: Phase = 'header';
  /** Bytes left of the content or padding being read. */
  #left = 0;
  #padding = 0;
  #emptyBlocks = 0;
  /** Extension headers being read: where their content goes instead of to the receiver. */
  #extension: { readonly flag: string; readonly parts: Buffer[] } | undefined;
  #records: PaxRecords = new Map();
  #longName: string | undefined;
  #longLink: string | undefined;

  constructor(receiver: TarReceiver) {
    this.#receiver = receiver;
  }

  /** Reads on in `chunk`; what follows the end of the archive is ignored. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#phase !== 'ended') {
      if (this.#phase === 'header') at = this.#takeHeader(chunk, at);
      else if (this.#phase === 'content') at = this.#takeContent(chunk, at);
      else at = this.#skipPadding(chunk, at);
    }
  }

  /** Leaves out what is left of the last entry's content: how many bytes of the archive must not be pushed. */
  skip(): number {
    if (this.#phase !== 'content' || this.#extension) return 0;
    const skipped = this.#left + this.#padding;
    this.#left = 0;
    this.#phase = 'header';
    this.#receiver.end();
    return skipped;
  }

  /** Says that no more chunks come; throws when an entry is cut off. */
  finish(): void {
    const between = this.#phase === 'header' && this.#heldLength === 0;
    const pending = this.#records.size > 0 || this.#longName !== undefined || this.#longLink !== undefined;
    if (this.#phase !== 'ended' && (!between || pending)) throw invalid('it ends in the middle of an entry');
  }

  #takeHeader(chunk: Buffer, at: number): number {
    if (this.#heldLength === 0 && chunk.length - at >= blockSize) {
      this.#header(chunk.subarray(at, at + blockSize));
      return at + blockSize;
    }
    const taken = Math.min(blockSize - this.#heldLength, chunk.length - at);
    chunk.copy(this.#held, this.#heldLength, at, at + taken);
    this.#heldLength += taken;
    if (this.#heldLength === blockSize) {
      this.#heldLength = 0;
      this.#header(this.#held);
    }
    return at + taken;
  }

  #header(block: Buffer): void {
    if (isEmptyBlock(block)) {
      this.#emptyBlocks += 1;
      if (this.#emptyBlocks === 2) this.#phase = 'ended';
      return;
    }
    if (this.#emptyBlocks > 0) throw invalid('an empty block stands before a header');
    const header = parseHeader(block);
    if (typeof header === 'string') throw invalid(header);
    if (header.size < 0) throw invalid('a header has a negative size');
    if (extensionFlags.has(header.flag)) this.#startExtension(header);
    else this.#startEntry(header);
  }

  #startExtension(header: RawHeader): void {
    if (header.size > largestExtension)
      throw invalid(`an extended header has ${header.size} bytes, more than ${largestExtension}`);
    this.#extension = { flag: header.flag, parts: [] };
    this.#startContent(header.size);
  }

  #startEntry(header: RawHeader): void {
    const entry = toEntry(header, this.#records, this.#longName, this.#longLink);
    this.#records = new Map();
    this.#longName = undefined;
    this.#longLink = undefined;
    this.#receiver.entry(entry);
    this.#startContent(entry.size);
  }

  #startContent(size: number): void {
    this.#left = size;
    this.#padding = padding(size);
    this.#phase = 'content';
    if (size === 0) this.#endContent();
  }

  #takeContent(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left);
    const part = chunk.subarray(at, end);
    if (this.#extension) this.#extension.parts.push(Buffer.from(part));
    else this.#receiver.data(part);
    this.#left -= part.length;
    if (this.#left === 0) this.#endContent();
    return end;
  }

  #endContent(): void {
    this.#left = this.#padding;
    this.#phase = this.#left > 0 ? 'padding' : 'header';
    if (this.#extension) this.#endExtension(this.#extension.flag, Buffer.concat(this.#extension.parts));
    else this.#receiver.end();
  }

  #endExtension(flag: string, body: Buffer): void {
    this.#extension = undefined;
    if (flag === 'L') this.#longName = untilNul(body);
    else if (flag === 'K') this.#longLink = untilNul(body);
    else {
      const records = parsePax(body);
      if (records === undefined) throw invalid('an extended header is malformed');
      if (flag === 'x') this.#records = records;
    }
  }

  #skipPadding(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left);
    this.#left -= end - at;
    if (this.#left === 0) this.#phase = 'header';
    return end;
  }
}

/** As Go's archive/tar bounds them: 1 MiB. */
const largestExtension = 1 << 20;

/** PAX records of one entry and of the whole archive (read and ignored, as Go does), GNU's long name and long link. */
const extensionFlags: ReadonlySet<string> = new Set(['x', 'g', 'L', 'K']);

const types: Readonly<Record<string, TarEntryType>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
};

function toEntry(header: RawHeader, records: PaxRecords, longName?: string, longLink?: string): TarEntry {
  const written = records.get('path') || longName || header.name;
  const type = entryType(header.flag, written, records);
  const time = records.get('mtime');
  const { mtime, nanoseconds } = time ? paxTime(time) : { mtime: header.mtime, nanoseconds: 0 };
  const xattrs = paxXattrs(records);
  const entry: TarEntry = {
    type,
    name: withoutNul(written).replace(/\/+$/, ''),
    mode: header.mode & 0o7777,
    uid: paxNumber(records, 'uid') ?? header.uid,
    gid: paxNumber(records, 'gid') ?? header.gid,
    size: type === 'file' ? (paxNumber(records, 'size') ?? header.size) : 0,
    mtime,
    ...(nanoseconds === 0 ? {} : { nanoseconds }),
    ...(type === 'link' || type === 'symlink'
      ? { linkName: withoutNul(records.get('linkpath') || longLink || header.linkName) }
      : {}),
    ...(type === 'character' || type === 'block'
      ? { deviceMajor: header.deviceMajor, deviceMinor: header.deviceMinor }
      : {}),
    ...(xattrs ? { xattrs } : {}),
  };
  checkIds(entry);
  return entry;
}

function entryType(flag: string, name: string, records: PaxRecords): TarEntryType {
  const type = types[flag];
  const sparse = flag === 'S' || [...records.keys()].some((key) => key.startsWith('GNU.sparse.'));
  if (sparse) throw invalid(`entry "${name}" is in GNU's sparse form`, 'Write the archive without --sparse.');
  if (type === undefined) throw invalid(`entry "${name}" has unknown type ${JSON.stringify(flag)}`);
  return type === 'file' && name.endsWith('/') ? 'directory' : type;
}

const largestUnixId = 0xffff_fffe;

function checkIds({ name, uid, gid }: TarEntry): void {
  for (const id of [uid, gid])
    if (id < 0 || id > largestUnixId) throw invalid(`entry "${name}" has owner ${id}, which is out of range`);
}

function paxNumber(records: PaxRecords, key: string): number | undefined {
  const text = records.get(key);
  if (!text) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw invalid(`an extended header has ${key} "${text.slice(0, 40)}"`);
  return value;
}

function paxTime(text: string): { readonly mtime: number; readonly nanoseconds: number } {
  const time = parsePaxTime(text);
  if (!time) throw invalid(`an extended header has mtime "${text.slice(0, 40)}"`);
  return time;
}

function withoutNul(name: string): string {
  if (name.includes('\0')) throw invalid('a name holds a NUL byte');
  return name;
}

function untilNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
}

function invalid(
  reason: string,
  hint = 'Check that it is complete and is what you meant to read.',
): CaissonError {
  return new CaissonError('TAR_INVALID', `The tar archive is invalid: ${reason}`, { hint });
}
