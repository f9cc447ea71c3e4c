// The door of copy: COPY and ADD.
export type * from './types.ts';
