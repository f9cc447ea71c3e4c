// The grammar of words: text, quotes, escapes and substitutions, which nest.

import { EmbeddedActionsParser, type IToken } from 'chevrotain';
import type {
  DoubleQuotedPart,
  MalformedPart,
  Operand,
  Part,
  PlacedPart,
  SingleQuotedPart,
} from './nodes.ts';
import * as t from './tokens.ts';

const replacementCharacter = '\ufffd';

/** Parses the tokens of one word; every sequence the lexer makes is a sentence, malformed parts are parts too. */
export class WordParser extends EmbeddedActionsParser {
  constructor(skipValidations = true) {
    super(t.wordTokens, { maxLookahead: 1, skipValidations, recoveryEnabled: false });
    this.performSelfAnalysis();
  }

  readonly word = this.RULE('word', (): readonly PlacedPart[] => {
    const parts: PlacedPart[] = [];
    this.MANY(() => parts.push({ start: this.LA(1).startOffset, part: this.SUBRULE(this.part) }));
    return parts;
  });

  private readonly part = this.RULE(
    'part',
    (): Part =>
      this.OR([
        { ALT: () => this.SUBRULE(this.variable) },
        { ALT: () => this.SUBRULE(this.substitution) },
        { ALT: () => this.SUBRULE(this.singleQuoted) },
        { ALT: () => this.SUBRULE(this.doubleQuoted) },
        { ALT: () => escapePart(this.CONSUME(t.Escaped)) },
        { ALT: () => textPart(this.CONSUME(t.Text)) },
        { ALT: (): Part => ({ kind: 'operator', text: this.CONSUME(t.HeredocOperator).image }) },
        { ALT: () => textPart(this.CONSUME(t.OperandText)) },
        { ALT: () => textPart(this.CONSUME(t.PatternText)) },
      ]),
  );

  private readonly variable = this.RULE(
    'variable',
    (): Part =>
      this.OR([
        { ALT: (): Part => ({ kind: 'variable', name: this.CONSUME(t.Variable).image.slice(1) }) },
        { ALT: () => textPart(this.CONSUME(t.Dollar)) },
      ]),
  );

  private readonly singleQuoted = this.RULE(
    'singleQuoted',
    (): SingleQuotedPart =>
      this.OR([
        { ALT: () => singlePart(this.CONSUME(t.SingleQuoted), true) },
        { ALT: () => singlePart(this.CONSUME(t.SingleQuotedOpen), false) },
      ]),
  );

  private readonly doubleQuoted = this.RULE('doubleQuoted', (): DoubleQuotedPart => {
    const parts: Part[] = [];
    this.CONSUME(t.DoubleQuote);
    this.MANY(() => parts.push(this.SUBRULE(this.quotedPart)));
    const closed = this.OPTION(() => this.CONSUME(t.DoubleQuoteEnd)) !== undefined;
    return { kind: 'double', parts, closed, end: endOf(this.LA(0)) };
  });

  private readonly quotedPart = this.RULE(
    'quotedPart',
    (): Part =>
      this.OR([
        { ALT: () => this.SUBRULE(this.variable) },
        { ALT: () => this.SUBRULE(this.substitution) },
        { ALT: () => escapePart(this.CONSUME(t.QuotedEscape)) },
        { ALT: (): Part => ({ kind: 'lone-escape', escape: this.CONSUME(t.LoneEscape).image }) },
        { ALT: () => textPart(this.CONSUME(t.QuotedText)) },
      ]),
  );

  private readonly substitution = this.RULE('substitution', (): Part => {
    const open = this.CONSUME(t.BraceOpen);
    return (
      this.OPTION(() =>
        this.OR([
          { ALT: () => malformed(this.CONSUME(t.BadSubstitution), 'syntax error: bad substitution') },
          { ALT: () => this.SUBRULE(this.namedSubstitution) },
          { ALT: () => this.SUBRULE(this.modifier, { ARGS: [''] }) },
        ]),
      ) ?? malformed(open, "syntax error: missing '}'")
    );
  });

  private readonly namedSubstitution = this.RULE('namedSubstitution', (): Part => {
    const name = this.CONSUME(t.Name);
    const part = this.OPTION(() => this.SUBRULE(this.modifier, { ARGS: [name.image] }));
    return part ?? malformed(name, unsupported(replacementCharacter));
  });

  private readonly modifier = this.RULE(
    'modifier',
    (name: string): Part =>
      this.OR([
        { ALT: (): Part => ({ kind: 'braced', name, operator: '', end: endOf(this.CONSUME(t.BraceEnd)) }) },
        { ALT: () => this.SUBRULE(this.operation, { ARGS: [name] }) },
        { ALT: () => this.SUBRULE(this.replacement, { ARGS: [name] }) },
        {
          ALT: () => {
            const token = this.CONSUME(t.Unsupported);
            return malformed(
              token,
              token.image === ':' ? "syntax error: missing '}'" : unsupported(token.image),
            );
          },
        },
      ]),
  );

  private readonly operation = this.RULE('operation', (name: string): Part => {
    const operator = this.OR([
      { ALT: () => this.CONSUME(t.Modifier).image },
      { ALT: () => this.CONSUME(t.TrimModifier).image },
    ]);
    const operand = this.SUBRULE(this.operand);
    return { kind: 'braced', name, operator, operand, end: endOf(this.LA(0)) };
  });

  private readonly operand = this.RULE('operand', (): Operand => {
    const parts: Part[] = [];
    this.MANY(() => parts.push(this.SUBRULE(this.part)));
    const closed = this.OPTION(() => this.CONSUME(t.OperandEnd)) !== undefined;
    return { parts, closed };
  });

  private readonly replacement = this.RULE('replacement', (name: string): Part => {
    const operator = this.CONSUME(t.Replace).image;
    const parts: Part[] = [];
    this.MANY(() => parts.push(this.SUBRULE(this.part)));
    const replacement = this.OPTION(() => {
      this.CONSUME(t.Slash);
      return this.SUBRULE(this.operand);
    });
    const operand = { parts, closed: replacement !== undefined };
    return {
      kind: 'braced',
      name,
      operator,
      operand,
      ...(replacement && { replacement }),
      end: endOf(this.LA(0)),
    };
  });
}

let parser: WordParser | undefined;

/** The parser of words, made on first use. */
export function wordParser(): WordParser {
  parser ??= new WordParser();
  return parser;
}

function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}

function textPart(token: IToken): Part {
  return { kind: 'text', text: token.image };
}

function escapePart(token: IToken): Part {
  return { kind: 'escape', escape: token.image.charAt(0), character: token.image.slice(1) };
}

function singlePart(token: IToken, closed: boolean): SingleQuotedPart {
  const text = token.image.slice(1, closed ? -1 : undefined);
  return { kind: 'single', text, closed, end: endOf(token) };
}

function malformed(token: IToken, message: string): MalformedPart {
  return { kind: 'malformed', message, end: endOf(token) };
}

function unsupported(modifier: string): string {
  return `unsupported modifier (${modifier}) in substitution`;
}
