// The door of content: blobs by digest in an OCI image layout.
export { type Blobs, openContent } from './content.ts';
export { blobPath, parseDigest } from './digest-path.ts';
export { ensureLayout, indexText, writeIndex } from './layout.ts';
