// The door of local: a result's files in a folder.
export { writeLocal } from './local.ts';
