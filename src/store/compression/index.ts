// The door of compression: which one bytes have, and undoing it.
export { decompressed } from './decompress.ts';
export { compressionOf, magicLength } from './formats.ts';
