// The door of store: everything Caisson keeps on disk.
export { type OpenOptions, openStore } from './open.ts';
export { defaultRoot } from './root.ts';
export { isAlive, newSession, type SessionId, sessionName, sessionOf } from './session.ts';
export type * from './types.ts';
