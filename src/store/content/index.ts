// The door of content: blobs by digest in an OCI image layout.
export { type Blobs, openContent } from './content.ts';
export { ensureLayout, writeIndex } from './layout.ts';
