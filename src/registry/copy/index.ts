// The door of copy: images from any place to any other.
export { chooseRoot, configOf, isImage, platformOf } from './choose.ts';
export { isImageManifest } from './convert.ts';
export { copyImage } from './copy.ts';
export { formatPlace, type ImagePlace, parsePlace } from './names.ts';
export { openSource, openTarget, type PlaceOptions, type PlaceServices } from './open.ts';
export { type Parsed, parseManifest } from './parse.ts';
export { readReferrers, readTree } from './tree.ts';
export type * from './types.ts';
export { verifiedSource } from './verified.ts';
