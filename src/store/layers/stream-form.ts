// Layers compressed while they are read: nothing is written, and what the bytes were is remembered.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Digest } from '../../oci/index.ts';
import { compressed, compressionName, layerMediaType } from '../compression/index.ts';
import type { LayerDiff, LayerRecord, StreamCompression, StreamedLayer } from '../types.ts';
import type { FormParts } from './form.ts';
import { invalidLayer } from './invalid-layer.ts';

/** The layer whose tar is `diff` as a stream in that compression; bytes that are kept as a blob are taken from there. */
export function streamLayer(
  { records, content, tar }: FormParts,
  { blob: received }: LayerRecord,
  { diffId, size }: LayerDiff,
  compression: StreamCompression,
): StreamedLayer {
  const name = compressionName(compression);
  const mediaType = layerMediaType(compression.kind);
  const plain = compression.kind === 'uncompressed';
  const known = plain ? { mediaType, digest: diffId, size } : records.form(diffId, name)?.blob;
  return {
    diffId,
    mediaType,
    known,
    async open() {
      if (known !== undefined && content.has(known.digest)) return content.stream(known.digest);
      const source = await tar(undefined);
      if (plain) return source;
      // What was received need not have been what it said.
      const input = received ? Readable.from(verified(source, diffId), { objectMode: false }) : source;
      return Readable.from(compressed(input, compression), { objectMode: false });
    },
    remember(bytes) {
      const blob = { mediaType, ...bytes };
      if (!plain) records.setForm(diffId, name, { diffId, blob });
      return blob;
    },
  };
}

async function* verified(source: Readable, diffId: Digest): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of source as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield chunk;
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== diffId) throw invalidLayer(`its tar has the digest "${found}", not "${diffId}"`);
}
