// The door of estargz: layers that can be read from anywhere.
export { estargzipped } from './estargz.ts';
