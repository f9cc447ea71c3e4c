// The door of core: errors, events, scopes, locks and the libc calls Node lacks.
export * from './errors.ts';
export * from './event-line.ts';
export * from './events.ts';
export * from './go-boolean.ts';
export * from './libc.ts';
export * from './locks.ts';
export * from './name-hash.ts';
export * from './random.ts';
export * from './scope.ts';
export * from './shelter.ts';
export * from './slabs.ts';
export * from './span.ts';
export * from './suggestion.ts';
export * from './umask.ts';
export * from './workers.ts';
