// The door of scanner: the packages of an image.
export { scanTree } from './scan.ts';
export type { Scan, ScannedPackage } from './types.ts';
