// The door of http: exchanges, routes and answers of the registry server.
export { bodyOf, lengthOf, wholeBody } from './body.ts';
export { matchesTag } from './conditions.ts';
export { listed, pageOf } from './pages.ts';
export { checkName, isName, isTag, pathMatcher } from './paths.ts';
export { asRegistryError, reply, replyError, replyJson, replyStream } from './reply.ts';
export type * from './types.ts';
