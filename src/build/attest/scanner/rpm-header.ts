// RPM headers as the database holds them: counts, an index of tags, and their data; all numbers big-endian.

/** What a header says of its package. */
export interface RpmHeader {
  readonly name: string;
  readonly version: string;
  readonly release: string | undefined;
  readonly epoch: number | undefined;
  readonly architecture: string | undefined;
  readonly sourceRpm: string | undefined;
  readonly license: string | undefined;
  readonly vendor: string | undefined;
}

const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  architecture: 1022,
  sourceRpm: 1044,
} as const;

const entrySize = 16;
const [int32, string, stringArray, i18nString] = [4, 6, 8, 9];

/** Reads a header; undefined of public keys, which are kept as packages. Throws where it is damaged. */
export function readRpmHeader(blob: Buffer): RpmHeader | undefined {
  const entries = blob.length < 8 ? 0 : blob.readUInt32BE(0);
  const data = 8 + entries * entrySize;
  if (entries === 0 || data > blob.length) throw new Error('A header of the RPM database is damaged');
  const values = new Map<number, string | number>();
  for (let at = 8; at < data; at += entrySize) {
    const value = valueAt(blob, at, data);
    if (value !== undefined) values.set(blob.readUInt32BE(at), value);
  }
  const text = (tag: number): string | undefined => {
    const value = values.get(tag);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [name, version, epoch] = [text(tags.name), text(tags.version), values.get(tags.epoch)];
  if (name === undefined || version === undefined)
    throw new Error('A header of the RPM database has no name');
  if (name === 'gpg-pubkey') return undefined;
  return {
    name,
    version,
    release: text(tags.release),
    epoch: typeof epoch === 'number' ? epoch : undefined,
    architecture: text(tags.architecture),
    sourceRpm: text(tags.sourceRpm),
    license: text(tags.license),
    vendor: text(tags.vendor),
  };
}

/** The first value of an entry of a kind that matters here. */
function valueAt(blob: Buffer, entry: number, data: number): string | number | undefined {
  const type = blob.readUInt32BE(entry + 4);
  const start = data + blob.readUInt32BE(entry + 8);
  if (type === int32) return start + 4 <= blob.length ? blob.readInt32BE(start) : undefined;
  if (type !== string && type !== stringArray && type !== i18nString) return undefined;
  const end = blob.indexOf(0, start);
  return start <= blob.length && end >= 0 ? blob.toString('utf8', start, end) : undefined;
}
