// The door of runtime: from a runtime-spec config to running processes.
export type * from './types.ts';
