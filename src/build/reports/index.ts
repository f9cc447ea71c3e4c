// The door of reports: what the sizes of images and contexts are made of.
export { contextReport } from './context-size.ts';
export { sizeReport } from './image-size.ts';
export type * from './types.ts';
