// The door of scratch: what a build needs to remember for a moment, and would take too much memory.
export { type Page, PageCache } from './page-cache.ts';
export { ScratchFile } from './scratch-file.ts';
