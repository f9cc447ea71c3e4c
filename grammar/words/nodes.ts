// The parts of a word: what the parser reads and the evaluator expands.

/** Characters that stand for themselves. */
export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
}

/** A `<<` with the blanks behind it, which belong to the word: a heredoc's name may stand apart. */
export interface OperatorPart {
  readonly kind: 'operator';
  readonly text: string;
}

/** An escape character and the one after it, which is missing at the end of the word. */
export interface EscapePart {
  readonly kind: 'escape';
  readonly escape: string;
  readonly character: string;
}

/** An escape character between double quotes before a character that needs none: it stays. */
export interface LoneEscapePart {
  readonly kind: 'lone-escape';
  readonly escape: string;
}

/** `'…'`; not closed when the word ends first. */
export interface SingleQuotedPart {
  readonly kind: 'single';
  readonly text: string;
  readonly closed: boolean;
  readonly end: number;
}

/** `"…"`; not closed when the word ends first. */
export interface DoubleQuotedPart {
  readonly kind: 'double';
  readonly parts: readonly Part[];
  readonly closed: boolean;
  readonly end: number;
}

/** `$name`. */
export interface VariablePart {
  readonly kind: 'variable';
  readonly name: string;
}

/** `${name}`, `${name<operator>operand}` and `${name/operand/replacement}`. */
export interface BracedPart {
  readonly kind: 'braced';
  readonly name: string;
  /** `''` for `${name}`, else the modifier as written (`:-`, `#`, `//` …). */
  readonly operator: string;
  readonly operand?: Operand;
  readonly replacement?: Operand;
  readonly end: number;
}

/** The text after a modifier; not closed when the word ends before its `}` or `/`. */
export interface Operand {
  readonly parts: readonly Part[];
  readonly closed: boolean;
}

/** A `${` that starts no substitution. */
export interface MalformedPart {
  readonly kind: 'malformed';
  readonly message: string;
  readonly end: number;
}

/** A part that is in no other, and where it begins in the word. */
export interface PlacedPart {
  readonly part: Part;
  readonly start: number;
}

/** One part of a word; the parts follow each other. */
export type Part =
  | TextPart
  | OperatorPart
  | EscapePart
  | LoneEscapePart
  | SingleQuotedPart
  | DoubleQuotedPart
  | VariablePart
  | BracedPart
  | MalformedPart;
