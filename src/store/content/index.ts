// The door of content: blobs by digest in an OCI image layout.
export { type Blobs, openContent } from './content.ts';
export { blobPath, parseDigest } from './digest-path.ts';
export { type WriteRequest, type Written, writeDigested } from './digesting.ts';
export { type FollowedFile, followFile } from './following.ts';
export { type Growth, openGrowth } from './growth.ts';
export { hasDigest } from './has-digest.ts';
export { digestMismatch, sizeMismatch } from './ingest.ts';
export { ensureLayout, indexText, writeIndex } from './layout.ts';
export { dropPartial, type PartialBlob, type PartialOptions, stalePartials } from './partial.ts';
export { registryFolder, shareWithStore } from './shared.ts';
