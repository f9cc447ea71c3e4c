// The door of builds: what is kept of the builds that ran here.
export { openBuilds } from './history.ts';
export type * from './types.ts';
