// Collects findings while a tree is built.

import type { Range } from '../ast.ts';
import { catalogue, type Finding } from '../catalogue.ts';
import type { Diagnostic, DiagnosticCode } from '../diagnostic.ts';

type Arguments<C extends DiagnosticCode> = Parameters<(typeof catalogue)[C]>;

/** Takes findings; `errors` counts those that are not warnings. */
export interface Reporter {
  readonly diagnostics: readonly Diagnostic[];
  errors: number;
  /** Takes over what another reporter has found. */
  adopt(diagnostics: readonly Diagnostic[]): void;
  report<C extends DiagnosticCode>(code: C, range: Range, ...details: Arguments<C>): void;
}

// What BuildKit finds when it reads a line; other mistakes in a trigger show when it fires.
const syntaxErrors: ReadonlySet<DiagnosticCode> = new Set([
  'array-not-strings',
  'equals-missing',
  'value-missing',
  'heredoc-unterminated',
]);

/** A reporter that adds to `diagnostics`; for a trigger, what only fails on use is a warning. */
export function createReporter(diagnostics: Diagnostic[], trigger = false): Reporter {
  return {
    diagnostics,
    errors: 0,
    adopt(found) {
      diagnostics.push(...found);
      this.errors += found.filter(({ severity }) => severity === 'error').length;
    },
    report(code, range, ...details) {
      const make = catalogue[code] as (...details: unknown[]) => Finding;
      const { severity = 'error', suggestion, ...finding } = make(...details);
      const lenient = trigger && !syntaxErrors.has(code) ? 'warning' : severity;
      if (severity === 'error') this.errors++;
      diagnostics.push({ code, severity: lenient, ...finding, ...(suggestion && { suggestion }), range });
    },
  };
}
