// The Dockerfile language: parsing to a typed tree, printing, diagnostics and word expansion.

export type * from './ast.ts';
export type { Diagnostic, DiagnosticCode } from './diagnostic.ts';
export { parseDockerfile, parseInstruction } from './parse.ts';
export type { ParseOptions, ParseResult } from './parse.ts';
export { print, printTree } from './print.ts';
export { renderDiagnostic } from './render.ts';
export type { RenderOptions } from './render.ts';
export { heredocText, runScript } from './heredoc.ts';
export type { RunScript } from './heredoc.ts';
export { stages } from './stages.ts';
export type { Stage, StageList } from './stages.ts';
export { expandWord, expandWords } from './words/expand.ts';
export type { Expansion, ExpandOptions, WordsExpansion } from './words/expand.ts';
export { WordError } from './words/error.ts';
