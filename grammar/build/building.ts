// What instructions are built from.

import type { IToken } from 'chevrotain';
import type { Heredoc, InstructionBase } from '../ast.ts';
import type { InstructionDraft } from '../draft.ts';
import type { LogicalLine } from '../lexer/line.ts';
import type { Source } from '../source.ts';
import type { Reporter } from './report.ts';

/** What the parts of an instruction are built from. */
export interface Building {
  readonly source: Source;
  readonly line: LogicalLine;
  readonly draft: InstructionDraft;
  readonly base: InstructionBase;
  readonly heredocs: readonly Heredoc[];
  readonly reporter: Reporter;
}

/**
 * A node while it is built. Those with many fields are written out field by field, and what they may have is set
 * after: with more than a few fields behind a spread they would be slow dictionaries of twice the size.
 */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What surrounds an instruction: its exact source, heredocs, and the words that its form has no place for. */
export interface Surroundings {
  readonly source: Source;
  readonly raw: string;
  readonly heredocs: readonly Heredoc[];
  readonly surplus: readonly IToken[];
  readonly reporter: Reporter;
}
