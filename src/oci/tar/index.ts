// The tar layer format (image-spec, layer.md).
export * from './entry.ts';
export { startsTar } from './header.ts';
export * from './read.ts';
export * from './write.ts';
