// The compressions of archives and layer blobs, told by their first bytes.

/** How bytes are compressed; `none`: as nothing known begins. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';

const magics: readonly (readonly [Compression, Buffer])[] = [
  ['gzip', Buffer.of(0x1f, 0x8b, 0x08)],
  ['zstd', Buffer.of(0x28, 0xb5, 0x2f, 0xfd)],
  // Skippable frames, as some compressors put before the others (RFC 8878, section 3.1.2).
  ...Array.from({ length: 16 }, (_, low) => ['zstd', Buffer.of(0x50 + low, 0x2a, 0x4d, 0x18)] as const),
  ['xz', Buffer.from('\xfd7zXZ\0', 'latin1')],
  ['bzip2', Buffer.from('BZh')],
];

/** How many bytes {@link compressionOf} needs. */
export const magicLength = 6;

/** Tells the compression by the first bytes. */
export function compressionOf(head: Buffer): Compression {
  return magics.find(([, magic]) => head.subarray(0, magic.length).equals(magic))?.[0] ?? 'none';
}
