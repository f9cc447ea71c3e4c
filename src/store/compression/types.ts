// How layers are compressed when their bytes leave the store.

/** The compressions that layers can be written in. */
export type CompressionKind = 'uncompressed' | 'gzip' | 'estargz' | 'zstd';

/** A compression and its level; without a level the product's default of that kind. */
export interface LayerCompression {
  readonly kind: CompressionKind;
  /** gzip and estargz 0 to 9, zstd 1 to 22. */
  readonly level?: number;
}

/** What a compressor gave besides the bytes. */
export interface CompressedTrailer {
  /** Of what the bytes decompress to, where that is more than the source. */
  readonly diffId?: string;
  /** What readers of the layer's descriptor look for. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Compressed bytes in order; the trailer is what the generator returns. */
export type CompressedBytes = AsyncGenerator<Buffer, CompressedTrailer, undefined>;
