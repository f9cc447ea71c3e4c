// Berkeley DB hash files (db_page.h), in which older rpm keeps its headers: long values lie on chains of overflow pages.

const hashMagic = 0x061561;
const pageHeader = 26;
const [hashPage, unsortedHashPage, overflowPage] = [13, 2, 7];
const offPage = 3;
const onPage = 1;

interface HashFile {
  readonly bytes: Buffer;
  readonly pageSize: number;
  readonly word: (at: number) => number;
  readonly half: (at: number) => number;
}

/** The values of all records that may be headers. Throws where the file is damaged. */
export function* hashRecords(bytes: Buffer): Generator<Buffer> {
  const file = openHash(bytes);
  for (let page = file.pageSize; page + file.pageSize <= bytes.length; page += file.pageSize) {
    const type = bytes[page + 25];
    if (type !== hashPage && type !== unsortedHashPage) continue;
    const entries = file.half(page + 20);
    if (pageHeader + entries * 2 > file.pageSize) throw damaged();
    // Keys and values alternate.
    for (let entry = 1; entry < entries; entry += 2) {
      const value = valueAt(file, page, entry);
      if (value) yield value;
    }
  }
}

function openHash(bytes: Buffer): HashFile {
  if (bytes.length < 512) throw damaged();
  const big = bytes.readUInt32BE(12) === hashMagic;
  if (!big && bytes.readUInt32LE(12) !== hashMagic) throw new Error('It is no hash database');
  const word = (at: number): number => (big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  const half = (at: number): number => (big ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at));
  const pageSize = word(20);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) throw damaged();
  return { bytes, pageSize, word, half };
}

/** The record that holds rpm's own counter has a value of four bytes, on the page itself. */
function valueAt(file: HashFile, page: number, entry: number): Buffer | undefined {
  const offset = file.half(page + pageHeader + entry * 2);
  const before = entry === 0 ? file.pageSize : file.half(page + pageHeader + (entry - 1) * 2);
  const at = page + offset;
  if (offset + 12 > file.pageSize && before > file.pageSize) throw damaged();
  const type = file.bytes[at];
  if (type === offPage && offset + 12 <= file.pageSize)
    return chain(file, file.word(at + 4), file.word(at + 8));
  const value = type === onPage ? file.bytes.subarray(at + 1, page + before) : undefined;
  return value && value.length > 4 ? value : undefined;
}

/** A page's own length is where its free space begins. */
function chain({ bytes, pageSize, word, half }: HashFile, first: number, length: number): Buffer {
  if (length > bytes.length) throw damaged();
  const parts: Buffer[] = [];
  let left = length;
  for (let number = first; number !== 0 && left > 0; ) {
    const page = number * pageSize;
    if (page + pageSize > bytes.length || bytes[page + 25] !== overflowPage) throw damaged();
    const part = bytes.subarray(page + pageHeader, page + pageHeader + Math.min(left, half(page + 22)));
    if (part.length === 0) throw damaged();
    parts.push(part);
    left -= part.length;
    number = word(page + 16);
  }
  if (left > 0) throw damaged();
  return Buffer.concat(parts);
}

function damaged(): Error {
  return new Error('The RPM database is damaged');
}
