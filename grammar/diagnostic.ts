// What the parser has to say about a source: one finding with its place.

import type { Range } from './ast.ts';
import type { catalogue } from './catalogue.ts';

/** The stable name of a kind of finding. */
export type DiagnosticCode = keyof typeof catalogue;

/** One error or warning; `message` is in BuildKit's words where it has any, `suggestion` is a likely correct spelling. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string;
  readonly suggestion?: string;
  readonly range: Range;
}
