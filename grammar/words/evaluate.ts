// Expands the parts of a word, in their order, as BuildKit's shell lexer does.

import { WordError } from './error.ts';
import type { BracedPart, DoubleQuotedPart, Operand, Part } from './nodes.ts';
import { readPattern, replace, trimPrefix, trimSuffix } from './pattern.ts';

/** What an expansion goes by, and what it notes. */
export interface Evaluation {
  lookup(name: string): string | undefined;
  readonly rawQuotes: boolean;
  readonly skipUnsetEnv: boolean;
  /** Length of the word: errors at its end inside a substitution are a missing end of that. */
  readonly length: number;
}

/** The text of one part; `raw` keeps escape characters. */
export function evaluatePart(part: Part, raw: boolean, evaluation: Evaluation): string {
  switch (part.kind) {
    case 'text':
    case 'operator':
      return part.text;
    case 'escape':
      return (raw ? part.escape : '') + part.character;
    case 'lone-escape':
      // BuildKit writes it twice where escapes are kept.
      return raw ? part.escape + part.escape : part.escape;
    case 'single':
      if (!part.closed) throw unclosedQuote('single', part.end);
      return evaluation.rawQuotes ? `'${part.text}'` : part.text;
    case 'double':
      return evaluateDouble(part, raw, evaluation);
    case 'variable':
      return evaluation.lookup(part.name) ?? (evaluation.skipUnsetEnv ? `$${part.name}` : '');
    case 'braced':
      return evaluateBraced(part, evaluation);
    case 'malformed':
      throw new WordError(part.message, part.end);
  }
}

function evaluateAll(parts: readonly Part[], raw: boolean, evaluation: Evaluation): string {
  return parts.map((part) => evaluatePart(part, raw, evaluation)).join('');
}

function evaluateDouble(part: DoubleQuotedPart, raw: boolean, evaluation: Evaluation): string {
  const text = evaluateAll(part.parts, raw, evaluation);
  if (!part.closed) throw unclosedQuote('double', part.end);
  return evaluation.rawQuotes ? `"${text}"` : text;
}

function unclosedQuote(kind: 'single' | 'double', offset: number): WordError {
  return new WordError(`unexpected end of statement while looking for matching ${kind}-quote`, offset);
}

function evaluateBraced(part: BracedPart, evaluation: Evaluation): string {
  const { name, operator } = part;
  if (operator === '') {
    return evaluation.lookup(name) ?? (evaluation.skipUnsetEnv ? `\${${name}}` : '');
  }
  if (operator.startsWith('/')) return evaluateReplacement(part, evaluation);
  const operand = evaluateOperand(
    part.operand,
    operator === '#' || operator === '%',
    "missing '}'",
    evaluation,
  );
  const value = evaluation.lookup(name);
  if (value === undefined && evaluation.skipUnsetEnv) return `\${${name}${operator}${operand}}`;
  const modify = modifiers[operator];
  if (!modify) throw new WordError(`unsupported modifier (${operator}) in substitution`, part.end);
  return modify({
    part,
    operand,
    value,
    absent: value === undefined || (operator.startsWith(':') && value === ''),
  });
}

// Any failure at the end of the word is taken for a missing end of the substitution, as BuildKit takes it.
function evaluateOperand(
  operand: Operand | undefined,
  raw: boolean,
  missing: string,
  evaluation: Evaluation,
): string {
  const unclosed = new WordError(`syntax error: ${missing}`, evaluation.length);
  if (!operand) throw unclosed;
  try {
    const text = evaluateAll(operand.parts, raw, evaluation);
    if (operand.closed) return text;
  } catch (error) {
    if (!(error instanceof WordError) || error.offset < evaluation.length) throw error;
  }
  throw unclosed;
}

interface Modification {
  readonly part: BracedPart;
  readonly operand: string;
  readonly value: string | undefined;
  readonly absent: boolean;
}

const modifiers: Readonly<Record<string, (modification: Modification) => string>> = {
  '-': fallback,
  ':-': fallback,
  '+': alternative,
  ':+': alternative,
  '?': demand,
  ':?': demand,
  '#': ({ part, operand, value }) => trim(part, operand, value ?? '', '#'),
  '%': ({ part, operand, value }) => trim(part, operand, value ?? '', '%'),
};

function fallback({ operand, value, absent }: Modification): string {
  return absent ? operand : (value ?? '');
}

function alternative({ operand, absent }: Modification): string {
  return absent ? '' : operand;
}

function demand({ part, operand, value, absent }: Modification): string {
  if (!absent) return value ?? '';
  const complaint = value === undefined ? 'is not allowed to be unset' : 'is not allowed to be empty';
  throw new WordError(`${part.name}: ${operand || complaint}`, part.end);
}

function trim(part: BracedPart, operand: string, value: string, side: '#' | '%'): string {
  const longest = operand.startsWith(side);
  const text = longest ? operand.slice(1) : operand;
  const pattern = readPattern(text);
  if (typeof pattern === 'string') throw invalidPattern(text, pattern, part.end);
  return side === '#' ? trimPrefix(pattern, value, longest) : trimSuffix(pattern, value, longest);
}

function evaluateReplacement(part: BracedPart, evaluation: Evaluation): string {
  const text = evaluateOperand(part.operand, true, "missing '/' in $\u007b}", evaluation);
  const replacement = evaluateOperand(part.replacement, true, "missing '}'", evaluation);
  const value = evaluation.lookup(part.name);
  if (value === undefined && evaluation.skipUnsetEnv) return `\${${part.name}/${text}/${replacement}}`;
  const pattern = readPattern(text);
  if (typeof pattern === 'string') throw invalidPattern(text, pattern, part.end);
  return replace(pattern, value ?? '', replacement, part.operator === '//');
}

function invalidPattern(pattern: string, reason: string, offset: number): WordError {
  return new WordError(`invalid pattern (${pattern}) in substitution: ${reason}`, offset);
}
