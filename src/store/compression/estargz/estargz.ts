// Writing eStargz: a gzip layer that can be read from anywhere, with a table of contents at its end.
//
// The tar is kept whole, its end included, and the table follows: who reads it as an ordinary layer does not see the table as a file.

import { createHash, type Hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../../../oci/index.ts';
import { compressOnThread, inOrder } from '../blocks.ts';
import type { CompressedBytes } from '../types.ts';
import { type Batch, MemberCutter } from './members.ts';
import { footer, tocJson, tocTar } from './toc.ts';

/** `source` (a tar) as eStargz, with the annotations that its readers need. Throws `LAYER_UNFIT` for a tar that holds a table already. */
export async function* estargzipped(source: AsyncIterable<Buffer>, level: number): CompressedBytes {
  const cutter = new MemberCutter();
  const hash = createHash('sha256');
  let offset = 0;
  let size = 0;
  const compress = async (batch: Batch) => {
    size += batch.bytes.length;
    const { bytes, parts, starts } = batch;
    return { ...(await compressOnThread({ kind: 'members', bytes, parts, level })), starts };
  };
  for await (const { bytes, members, starts } of inOrder(batchesOf(source, cutter, hash), compress)) {
    for (const [position, length] of members.entries()) {
      const entry = starts[position];
      if (entry) entry.offset = offset;
      offset += length;
    }
    yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  const toc = tocJson(cutter.entries);
  const tar = tocTar(toc);
  yield gzipSync(tar, { level });
  yield footer(offset);
  return {
    diffId: `sha256:${hash.update(tar).digest('hex')}`,
    annotations: {
      'containerd.io/snapshot/stargz/toc.digest': sha256(toc),
      'io.containers.estargz.uncompressed-size': String(size + tar.length),
    },
  };
}

async function* batchesOf(
  source: AsyncIterable<Buffer>,
  cutter: MemberCutter,
  hash: Hash,
): AsyncGenerator<Batch> {
  for await (const chunk of source) {
    hash.update(chunk);
    const batch = cutter.push(chunk);
    if (batch) yield batch;
  }
  const rest = cutter.finish();
  if (rest) yield rest;
}
