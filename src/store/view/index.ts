// The door of view: layers seen as one tree.
export { openView } from './tree-view.ts';
