// Layers in the form they leave the store in: compressed, with times changed, or as they were received.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Digest } from '../../oci/index.ts';
import { type CompressedTrailer, compressed, compressionName, layerMediaType } from '../compression/index.ts';
import type { FormedLayer, LayerRecords } from '../records/layers.ts';
import type { ContentStore, LayerBlob, LayerDiff, LayerForm, LayerRecord, LayerTimes } from '../types.ts';
import { invalidLayer } from './invalid-layer.ts';

/** What a form is made with; `tar` gives the layer's bytes with times changed as asked. */
export interface FormParts {
  readonly records: LayerRecords;
  readonly content: ContentStore;
  readonly tar: (times: LayerTimes | undefined) => Promise<Readable>;
}

/** Gives the layer whose tar is `diff` in `form`. Throws what reading, compressing and writing throw. */
export async function formLayer(
  parts: FormParts,
  layer: LayerRecord,
  diff: LayerDiff,
  form: LayerForm,
): Promise<LayerBlob> {
  const { blob } = layer;
  if (blob && isFit(blob.mediaType, form) && parts.content.has(blob.digest))
    return fromBlob(parts, { diffId: diff.diffId, blob });
  if (form.compression.kind === 'uncompressed' && form.times === undefined) return uncompressed(parts, diff);
  return fromBlob(parts, await remembered(parts, diff, form, blob !== undefined));
}

/** A received blob is used as it is unless that was forbidden; eStargz cannot be told from other gzip. */
function isFit(mediaType: string, { compression, force, times }: LayerForm): boolean {
  if (times !== undefined) return false;
  return !force || (compression.kind === 'zstd' && mediaType === layerMediaType('zstd'));
}

function uncompressed({ tar }: FormParts, { diffId, size }: LayerDiff): LayerBlob {
  const descriptor = { mediaType: layerMediaType('uncompressed'), digest: diffId, size };
  return { diffId, descriptor, open: () => tar(undefined) };
}

function fromBlob({ content }: FormParts, { diffId, blob }: FormedLayer): LayerBlob {
  return { diffId, descriptor: blob, open: async () => content.stream(blob.digest) };
}

async function remembered(
  parts: FormParts,
  { diffId }: LayerDiff,
  form: LayerForm,
  received: boolean,
): Promise<FormedLayer> {
  const changed = Object.entries(form.times ?? {}).map(([rule, time]) => ` ${rule} ${time}`);
  const name = [compressionName(form.compression), ...changed].join('');
  const known = parts.records.form(diffId, name);
  if (known && parts.content.has(known.blob.digest)) return known;
  const formed = await make(parts, diffId, form, received);
  parts.records.setForm(diffId, name, formed);
  return formed;
}

/** What was received need not have been canonical: its tar is checked again. */
async function make(
  parts: FormParts,
  diffId: Digest,
  { compression, times }: LayerForm,
  received: boolean,
): Promise<FormedLayer> {
  const tar = await parts.tar(times);
  const hash = times === undefined && !received ? undefined : createHash('sha256');
  let trailer: CompressedTrailer = {};
  const source = hash === undefined ? tar : Readable.from(watched(tar, hash), { objectMode: false });
  const bytes = withTrailer(compressed(source, compression), (end) => {
    trailer = end;
  });
  const blob = await parts.content.ingest(
    Readable.from(bytes, { objectMode: false }),
    layerMediaType(compression.kind),
  );
  const found = hash === undefined ? diffId : `sha256:${hash.digest('hex')}`;
  if (times === undefined && found !== diffId)
    throw invalidLayer(`its tar has the digest "${found}", not "${diffId}"`);
  const { annotations } = trailer;
  return {
    diffId: trailer.diffId ?? found,
    blob: annotations === undefined ? blob : { ...blob, annotations },
  };
}

async function* watched(source: Readable, hash: { update(bytes: Buffer): unknown }): AsyncGenerator<Buffer> {
  for await (const chunk of source as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Passes the bytes on, and at the end what the compressor has to say. */
async function* withTrailer(
  bytes: AsyncGenerator<Buffer, CompressedTrailer, undefined>,
  onEnd: (trailer: CompressedTrailer) => void,
): AsyncGenerator<Buffer> {
  onEnd(yield* bytes);
}
