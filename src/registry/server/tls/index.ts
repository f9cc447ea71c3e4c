// The door of tls: certificates of the server.
export { readTls, watchTls } from './tls.ts';
