// Whether bytes begin an archive: as docker tells, by the magic of a compression or a tar header.

import { startsTar } from '../../oci/index.ts';

/** bzip2, gzip, xz, zstd; `undefined` stands for any byte: sixteen kinds of frames that zstd skips may come first. */
const magics: readonly (readonly (number | undefined)[])[] = [
  [0x42, 0x5a, 0x68],
  [0x1f, 0x8b, 0x08],
  [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  [0x28, 0xb5, 0x2f, 0xfd],
  [undefined, 0x2a, 0x4d, 0x18],
];

/** Whether `head` (the first 512 bytes or more) begins a tar archive, compressed or not. */
export function isArchiveStart(head: Buffer): boolean {
  return (
    magics.some((magic) => magic.every((byte, at) => byte === undefined || head[at] === byte)) ||
    startsTar(head)
  );
}
