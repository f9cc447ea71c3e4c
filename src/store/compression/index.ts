// The door of compression: which one bytes have, undoing it, and compressing layers.
export { compressed, compressionName, layerMediaType, parseCompression } from './compress.ts';
export { decompressed } from './decompress.ts';
export { compressionOf, magicLength } from './formats.ts';
export type { CompressedTrailer, CompressionKind, LayerCompression } from './types.ts';
