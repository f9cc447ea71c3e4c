// rpm's own database format (ndb): slots that tell where the headers are; all numbers little-endian.

const [dbMagic, slotMagic, blobMagic] = ['RpmP', 'Slot', 'BlbS'];
const pageSize = 4096;
const slotSize = 16;
const blockSize = 16;
/** The file's header takes the place of the first two slots. */
const firstSlot = 2;

/** The headers of all packages. Throws where the file is damaged. */
export function* packageBlobs(bytes: Buffer): Generator<Buffer> {
  if (bytes.length < pageSize || bytes.toString('latin1', 0, 4) !== dbMagic)
    throw new Error('It is no database of rpm');
  const slots = Math.min(bytes.readUInt32LE(12) * pageSize, bytes.length);
  for (let at = firstSlot * slotSize; at + slotSize <= slots; at += slotSize) {
    if (bytes.toString('latin1', at, at + 4) !== slotMagic)
      throw new Error('A slot of the RPM database is damaged');
    const index = bytes.readUInt32LE(at + 4);
    if (index !== 0) yield blobAt(bytes, bytes.readUInt32LE(at + 8) * blockSize, index);
  }
}

function blobAt(bytes: Buffer, start: number, index: number): Buffer {
  const header = bytes.subarray(start, start + 16);
  const fits =
    header.length === 16 && header.toString('latin1', 0, 4) === blobMagic && header.readUInt32LE(4) === index;
  const length = fits ? header.readUInt32LE(12) : 0;
  if (!fits || start + 16 + length > bytes.length)
    throw new Error('A package of the RPM database is damaged');
  return bytes.subarray(start + 16, start + 16 + length);
}
