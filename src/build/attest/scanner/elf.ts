// The parts of an ELF file that tell where its sections and segments are (System V ABI).

/** Bytes of the file; fewer where it ends before. */
export type ReadAt = (offset: number, length: number) => Buffer;

/** A range of the file. */
export interface FileRange {
  readonly offset: number;
  readonly size: number;
}

/** What was read of an ELF file. */
export interface Elf {
  readonly read: ReadAt;
  readonly section: (name: string) => FileRange | undefined;
  /** The first loaded segment that may be written to. */
  readonly writable: FileRange | undefined;
  readonly segments: readonly Segment[];
}

interface Segment extends FileRange {
  readonly address: number;
  readonly loaded: boolean;
  readonly writable: boolean;
}

interface Section extends FileRange {
  readonly name: number;
}

const mostHeaders = 4096;
const longestNames = 1 << 20;

/** Reads the headers; undefined where they are none. */
export function readElf(read: ReadAt): Elf | undefined {
  const header = read(0, 64);
  if (header.length < 64) return undefined;
  const fields = fieldReader(header);
  const segments = table(read, fields.programs, (bytes) => segmentOf(bytes, header));
  const sections = table(read, fields.sections, (bytes) => sectionOf(bytes, header));
  const names = sections[fields.namesAt];
  const texts = names ? read(names.offset, Math.min(names.size, longestNames)) : Buffer.alloc(0);
  return {
    read,
    segments,
    writable: segments.find(({ loaded, writable }) => loaded && writable),
    section: (name) => {
      const wanted = Buffer.from(`${name}\0`);
      return sections.find((one) => texts.subarray(one.name, one.name + wanted.length).equals(wanted));
    },
  };
}

/** Where an address of the loaded program is in the file. */
export function fileOffset({ segments }: Elf, address: number): number | undefined {
  const segment = segments.find(
    (one) => one.loaded && address >= one.address && address < one.address + one.size,
  );
  return segment && segment.offset + address - segment.address;
}

interface HeaderTable {
  readonly offset: number;
  readonly entrySize: number;
  readonly count: number;
}

/** `e_phoff`, `e_shoff` and what goes with them. */
function fieldReader(header: Buffer): {
  readonly programs: HeaderTable;
  readonly sections: HeaderTable;
  readonly namesAt: number;
} {
  const { short, word } = numbers(header, header);
  const wide = header[4] === 2;
  const at = wide ? 54 : 42;
  return {
    programs: { offset: word(wide ? 32 : 28), entrySize: short(at), count: short(at + 2) },
    sections: { offset: word(wide ? 40 : 32), entrySize: short(at + 4), count: short(at + 6) },
    namesAt: short(at + 8),
  };
}

function table<T>(
  read: ReadAt,
  { offset, entrySize, count }: HeaderTable,
  parse: (bytes: Buffer) => T,
): readonly T[] {
  if (entrySize < 32 || count > mostHeaders) return [];
  const bytes = read(offset, entrySize * count);
  const whole = Math.floor(bytes.length / entrySize);
  return Array.from({ length: whole }, (_, index) =>
    parse(bytes.subarray(index * entrySize, (index + 1) * entrySize)),
  );
}

function segmentOf(bytes: Buffer, header: Buffer): Segment {
  const { long, word } = numbers(bytes, header);
  const wide = header[4] === 2;
  return {
    loaded: long(0) === 1,
    writable: (long(wide ? 4 : 24) & 2) !== 0,
    offset: word(wide ? 8 : 4),
    address: word(wide ? 16 : 8),
    size: word(wide ? 32 : 16),
  };
}

function sectionOf(bytes: Buffer, header: Buffer): Section {
  const { long, word } = numbers(bytes, header);
  const wide = header[4] === 2;
  return { name: long(0), offset: word(wide ? 24 : 16), size: word(wide ? 32 : 20) };
}

/** Numbers in the file's byte order; `word` has the width of its addresses. Zero beyond the end. */
function numbers(
  bytes: Buffer,
  header: Buffer,
): Readonly<Record<'short' | 'long' | 'word', (at: number) => number>> {
  const [wide, big] = [header[4] === 2, header[5] === 2];
  const fits = (at: number, length: number): boolean => at + length <= bytes.length;
  const long = (at: number): number =>
    !fits(at, 4) ? 0 : big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  const huge = (at: number): number =>
    !fits(at, 8) ? 0 : Number(big ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
  return {
    short: (at) => (!fits(at, 2) ? 0 : big ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at)),
    long,
    word: wide ? huge : long,
  };
}
