// Reports all that is wrong with a Dockerfile as one error.

import { type Diagnostic, renderDiagnostic } from '../../../grammar/index.ts';
import { CaissonError } from '../../core/index.ts';
import type { PlanOptions } from '../types.ts';
import type { Problem } from './problem.ts';

type Source = PlanOptions['dockerfile'];

/** Throws when the parser found errors; warnings pass. */
export function throwDiagnostics(source: Source, diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  throwAll(source, 'DOCKERFILE_INVALID', errors);
}
