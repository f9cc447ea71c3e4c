// Tokens of a word and the lexer's modes: plain, between double quotes, in `${…}`, and the operands of its modifiers.

import { createToken, type ICustomPattern, type IMultiModeLexerDefinition, Lexer } from 'chevrotain';

/** How the word at hand is lexed: its escape character, and whether quotes mean anything. */
export const wordState = { escape: '\\', quotes: true };

const name = '(?:\\p{Nd}+|[@*#?\\-$!]|[\\p{L}_][\\p{L}\\p{Nd}_]*)';

export const SingleQuoted = token('SingleQuoted', quoted(/'[^']*'/uy));
export const SingleQuotedOpen = token('SingleQuotedOpen', quoted(/'[^']*/uy));
export const DoubleQuote = token('DoubleQuote', quoted(/"/uy), { push_mode: 'double' });
export const DoubleQuoteEnd = token('DoubleQuoteEnd', /"/y, { pop_mode: true });
export const Variable = token('Variable', new RegExp(`\\$${name}`, 'uy'));
export const BraceOpen = token('BraceOpen', /\$\{/y, { push_mode: 'brace' });
export const Dollar = token('Dollar', /\$/y);
export const Escaped = token('Escaped', escaped('(?:[\\s\\S])?'));
export const QuotedEscape = token('QuotedEscape', escaped('(?:["$]|ESC)'));
export const LoneEscape = token('LoneEscape', escaped(''));
export const Text = token('Text', textPattern(`(?:[^$'"<ESC]+|<(?!<))+`, '(?:[^$<ESC]+|<(?!<))+'));
export const HeredocOperator = token('HeredocOperator', /<<[\s\u0085]*/uy);
export const QuotedText = token('QuotedText', textPattern('[^$"ESC]+', '[^$"ESC]+'));

export const BadSubstitution = token('BadSubstitution', /[{}:]/y, { pop_mode: true });
export const Name = token('Name', new RegExp(name, 'uy'), { push_mode: 'modifier', pop_mode: true });
export const BraceEnd = token('BraceEnd', /\}/y, { pop_mode: true });
export const TrimModifier = token('TrimModifier', /[#%]/y, { push_mode: 'operand', pop_mode: true });
export const Modifier = token('Modifier', /[+\-?]|:[\s\S]/uy, { push_mode: 'operand', pop_mode: true });
export const Replace = token('Replace', /\/\/?/y, { push_mode: 'pattern', pop_mode: true });
export const Unsupported = token('Unsupported', /[\s\S]/uy, { pop_mode: true });
export const OperandEnd = token('OperandEnd', /\}/y, { pop_mode: true });
export const OperandText = token('OperandText', textPattern(`[^$'"}ESC]+`, '[^$}ESC]+'));
export const Slash = token('Slash', /\//y, { push_mode: 'operand', pop_mode: true });
export const PatternText = token('PatternText', textPattern(`[^$'"/ESC]+`, '[^$/ESC]+'));

const quotes = [SingleQuoted, SingleQuotedOpen, DoubleQuote];
const variables = [BraceOpen, Variable, Dollar];
const modifiers = [BraceEnd, TrimModifier, Modifier, Replace, Unsupported];

const definition: IMultiModeLexerDefinition = {
  defaultMode: 'word',
  modes: {
    word: [...quotes, ...variables, Escaped, HeredocOperator, Text],
    double: [DoubleQuoteEnd, ...variables, QuotedEscape, LoneEscape, QuotedText],
    brace: [BadSubstitution, Name, ...modifiers],
    modifier: modifiers,
    operand: [OperandEnd, ...quotes, ...variables, Escaped, OperandText],
    pattern: [Slash, ...quotes, ...variables, Escaped, PatternText],
  },
};

/** Every token type of words. */
export const wordTokens = [...new Set(Object.values(definition.modes).flat())];

let lexer: Lexer | undefined;

/** The lexer of words, made on first use. */
export function wordLexer(): Lexer {
  lexer ??= new Lexer(definition, { positionTracking: 'onlyOffset', skipValidations: true, safeMode: true });
  return lexer;
}

function token(
  tokenName: string,
  pattern: RegExp | ICustomPattern,
  modes: { readonly push_mode?: string; readonly pop_mode?: boolean } = {},
) {
  const custom = pattern instanceof RegExp ? { exec: sticky(pattern) } : pattern;
  return createToken({ name: tokenName, pattern: custom, line_breaks: false, ...modes });
}

function sticky(pattern: RegExp): ICustomPattern['exec'] {
  return (text, offset) => {
    pattern.lastIndex = offset;
    return pattern.exec(text);
  };
}

// Where quotes mean nothing they are text.
function quoted(pattern: RegExp): ICustomPattern {
  const match = sticky(pattern);
  return {
    exec: (text, offset, tokens, groups) => (wordState.quotes ? match(text, offset, tokens, groups) : null),
  };
}

function escaped(after: string): ICustomPattern {
  const match = byEscape((character) => `${character}${after.replaceAll('ESC', character)}`);
  return { exec: (text, offset, tokens, groups) => match()(text, offset, tokens, groups) };
}

function textPattern(withQuotes: string, without: string): ICustomPattern {
  const plain = byEscape((character) => withQuotes.replaceAll('ESC', character));
  const quoteless = byEscape((character) => without.replaceAll('ESC', character));
  return {
    exec: (text, offset, tokens, groups) =>
      (wordState.quotes ? plain() : quoteless())(text, offset, tokens, groups),
  };
}

function byEscape(make: (character: string) => string): () => ICustomPattern['exec'] {
  const backslash = sticky(new RegExp(make('\\\\'), 'uy'));
  const backquote = sticky(new RegExp(make('`'), 'uy'));
  return () => (wordState.escape === '`' ? backquote : backslash);
}
