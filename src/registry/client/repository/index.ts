// The door of repositories: the distribution API of a registry.
export { problemOf, readBody } from './answer.ts';
export { ask } from './ask.ts';
export type { RepositoryContext } from './context.ts';
export { isRecord } from './json.ts';
export { listCatalog as catalog } from './lists.ts';
export { openRepository } from './repository.ts';
export { createTurns } from './turns.ts';
