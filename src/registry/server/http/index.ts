// The door of http: exchanges, routes and errors of the registry server.
export type * from './types.ts';
