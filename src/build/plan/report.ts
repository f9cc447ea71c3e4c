// Reports all that is wrong with a Dockerfile as one error.

import { type Diagnostic, renderDiagnostic } from '../../../grammar/index.ts';
import { CaissonError } from '../../core/index.ts';
import type { PlanOptions } from '../types.ts';
import type { Problem } from './problem.ts';

type Source = PlanOptions['dockerfile'];

const mixed = 'DOCKERFILE_INVALID';
const mostShown = 20;

/** Throws `DOCKERFILE_INVALID` when the parser found errors; warnings pass. */
export function throwDiagnostics(source: Source, diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  throwAll(
    source,
    errors.map(({ suggestion: _, ...error }) => ({ ...error, code: mixed })),
  );
}

/** Throws when there are problems: with their code where all have the same, else `DOCKERFILE_INVALID`. */
export function throwProblems(source: Source, problems: readonly Problem[]): void {
  throwAll(source, problems);
}

type Reported = Omit<Problem, 'code'> & { readonly code: string };

function throwAll(source: Source, reported: readonly Reported[]): void {
  const problems = reported.toSorted((a, b) => a.range.start.offset - b.range.start.offset);
  const [first, ...others] = problems;
  if (!first) return;
  const code = others.every((other) => other.code === first.code) ? first.code : mixed;
  const { line, column } = first.range.start;
  const details = { location: { file: source.name, line, column }, cause: first.cause };
  if (others.length > 0)
    throw new CaissonError(code, severalOf(problems), { ...details, excerpt: all(source, problems) });
  const hint = first.hint === undefined ? {} : { hint: first.hint };
  throw new CaissonError(code, wordsOf(first), { ...details, ...hint, excerpt: frame(source, first) });
}

function wordsOf({ message, suggestion }: Reported): string {
  return suggestion === undefined ? message : `${message} (did you mean ${suggestion}?)`;
}

function severalOf(problems: readonly Reported[]): string {
  return `The Dockerfile has ${problems.length} problems`;
}

function all(source: Source, problems: readonly Reported[]): string {
  const shown = problems.slice(0, mostShown).map((problem) => rendered(source, problem));
  const left = problems.length - shown.length;
  return [...shown, ...(left > 0 ? [`${left} more problems are not shown`] : [])].join('\n');
}

/** The source line with its caret alone: the error's message and hint are shown around it. */
function frame(source: Source, { hint: _, ...problem }: Reported): string {
  return rendered(source, problem).split('\n').slice(1).join('\n');
}

function rendered(source: Source, problem: Reported): string {
  const { hint, range } = problem;
  const finding = { severity: 'error', message: wordsOf(problem), range, ...(hint && { hint }) } as const;
  return renderDiagnostic(source.text, finding, { filename: source.name });
}
