// The door of builds: what the engine remembers of the builds it ran.
export { keptService } from './kept.ts';
export { recorded } from './recorded.ts';
export { buildService } from './service.ts';
