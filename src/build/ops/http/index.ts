// The door of http: files fetched from URLs.
export { fetchFile } from './fetch.ts';
export type * from './types.ts';
export { decoded, fileNameOf, withoutCredentials } from './url.ts';
