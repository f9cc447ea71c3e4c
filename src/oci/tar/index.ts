// The tar layer format (image-spec, layer.md).
export * from './entry.ts';
export * from './read.ts';
export * from './write.ts';
