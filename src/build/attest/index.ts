// The door of attest: what can be said of a result, and reading it again.
export { type AttestedBuild, attestationsOf } from './attestations.ts';
export type { BuildFacts } from './provenance.ts';
export { attachedStatements, imageSbom } from './read.ts';
export { predicateTypes, type Statement } from './statement.ts';
export type * from './types.ts';
