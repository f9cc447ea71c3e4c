// The Dockerfile language: parsing to a typed tree, printing, diagnostics and word expansion.

export type * from './ast.ts';
export type { Diagnostic, DiagnosticCode } from './diagnostic.ts';
export { format } from './format.ts';
export type { RunScript } from './heredoc.ts';
export { heredocText, runScript } from './heredoc.ts';
export type { ParseResult } from './parse.ts';
export { parseDockerfile, parseInstruction } from './parse.ts';
export { print } from './print.ts';
export { quote } from './quote.ts';
export type { RenderOptions } from './render.ts';
export { renderDiagnostic } from './render.ts';
export type { Stage, StageList } from './stages.ts';
export { stages } from './stages.ts';
export { distance, suggest } from './suggest.ts';
export { printTree } from './tree.ts';
export { WordError } from './words/error.ts';
export type { Environment, ExpandOptions, Expansion, WordsExpansion } from './words/expand.ts';
export { expandWord, expandWords } from './words/expand.ts';
