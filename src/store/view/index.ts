// The door of view: layers seen as one tree.
export { copyTree } from './copy-tree.ts';
export { openView } from './tree-view.ts';
