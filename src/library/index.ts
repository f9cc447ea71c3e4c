// What programs import from the package `caisson`.
export type { Diagnostic, Dockerfile, Instruction, InstructionKind, Stage } from '../../grammar/index.ts';
export { CaissonError, type ProgressEvent } from '../core/index.ts';
export type { BuildRequest, BuildResult, ContainerRequest, Engine } from '../engine/index.ts';
export { openEngine } from '../engine/index.ts';
export { type BuildInput, type Building, build, type LibraryOptions } from './build.ts';
export { type Parsed, parse } from './parse.ts';
export { type RunInput, type RunOptions, type RunResult, run } from './run.ts';
