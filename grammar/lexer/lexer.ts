// The modes of the lexer. A mode is left for the next by a token: each keyword leads to the form of its arguments.

import {
  createTokenInstance,
  type ILexingResult,
  type IMultiModeLexerDefinition,
  Lexer,
  type TokenType,
} from 'chevrotain';
import { resetPlace } from './pattern.ts';
import { beginPart, resetState, state } from './state.ts';
import * as t from './tokens.ts';

/** The tokens of the keywords, each leading to the mode of its instruction's arguments. */
export const keywords = {
  Add: t.keyword('Add', 'list'),
  Arg: t.keyword('Arg', 'declarations'),
  Cmd: t.keyword('Cmd', 'command'),
  Copy: t.keyword('Copy', 'list'),
  Entrypoint: t.keyword('Entrypoint', 'command'),
  Env: t.keyword('Env', 'pairs'),
  Expose: t.keyword('Expose', 'words'),
  From: t.keyword('From', 'from'),
  Healthcheck: t.keyword('Healthcheck', 'health'),
  Label: t.keyword('Label', 'pairs'),
  Maintainer: t.keyword('Maintainer', 'text'),
  Onbuild: t.keyword('Onbuild', 'trigger'),
  Run: t.keyword('Run', 'command'),
  Shell: t.keyword('Shell', 'command'),
  Stopsignal: t.keyword('Stopsignal', 'text'),
  User: t.keyword('User', 'text'),
  Volume: t.keyword('Volume', 'list'),
  Workdir: t.keyword('Workdir', 'text'),
} as const satisfies Record<string, TokenType>;

const anyKeyword = [...Object.values(keywords), t.UnknownKeyword];
const ends = [t.Continuation, t.HeredocsStart, t.LineEnd];
const flags = [...ends, t.FlagEquals, t.FlagValue, t.Blanks, t.FlagsEnd, t.FlagName];
const pairs = [t.KeyEquals, t.Value, t.StrayEscape, t.Key, t.BareWord];

const definition: IMultiModeLexerDefinition = {
  defaultMode: 'line',
  modes: {
    line: [
      t.NextParts,
      t.ByteOrderMark,
      t.DirectiveStart,
      t.CommentLine,
      t.BlankLines,
      t.Indentation,
      t.Continuation,
      ...anyKeyword,
    ],
    directive: [t.Indentation, t.DirectiveName, t.DirectiveEquals],
    directiveValue: [t.Indentation, t.DirectiveValue, t.DirectiveEnd],
    from: [...flags, t.As, t.Word],
    words: [...flags, t.Word],
    list: [...flags, t.ArrayStart, t.HeredocSource, t.Word],
    command: [...flags, t.ArrayStart, t.HeredocMarker, t.ShellText],
    text: [...flags, t.Text],
    pairs: [...flags, t.LegacyKey, t.LegacyValue, ...pairs],
    declarations: [...flags, ...pairs],
    morePairs: [...ends, t.Blanks, ...pairs],
    array: [...ends, t.Blanks, t.ArrayString, t.ArrayComma, t.ArrayEnd, t.ArrayOther],
    health: [...flags, t.HealthNone, t.HealthCmd, t.HealthUnknown],
    trigger: [...flags, t.ChainedOnbuild, ...anyKeyword],
    heredoc: [t.HeredocNext, t.HeredocLast, t.HeredocBody, t.HeredocTail],
  },
};

/** Every token type of the language. */
export const tokenTypes = [...new Set([t.Keyword, t.HeredocEnd, ...Object.values(definition.modes).flat()])];

/** The tokens of a part of a source, whole lines of the language; their offsets are in the part. */
export interface LexedPart extends Pick<ILexingResult, 'tokens' | 'errors'> {
  readonly start: number;
  readonly end: number;
  /** The escape character from here on. */
  readonly escape: '\\' | '`';
}

/** Makes a lexer; validation is for tests. */
export function createLexer(skipValidations = true): Lexer {
  return new Lexer(definition, {
    positionTracking: 'onlyOffset',
    skipValidations,
    ensureOptimizations: true,
  });
}

let lexer: Lexer | undefined;

/** Splits a source into tokens, part by part: all of it, since every mode takes any character. */
export function* tokenize(source: string, partLength = usualPartLength): Generator<LexedPart> {
  lexer ??= createLexer();
  resetState();
  let start = 0;
  do {
    beginPart(start, partLength);
    const { tokens, errors } = lexer.tokenize(source.slice(start));
    const end = state.partEnd < 0 ? source.length : start + state.partEnd;
    const last = tokens.at(-1)?.tokenType;
    if (end === source.length && !lineEnders.has(last ?? t.LineEnd)) tokens.push(fileEnd(end - start));
    state.inHead = t.directivesMayFollow(tokens);
    yield { tokens, errors, start, end, escape: state.escape };
    start = end;
  } while (start < source.length);
  resetState();
  resetPlace();
}

// So short that its tokens are garbage before they are old.
const usualPartLength = 1 << 14;

const lineEnders: ReadonlySet<TokenType> = new Set([
  ...[t.ByteOrderMark, t.DirectiveName, t.DirectiveEquals, t.DirectiveValue, t.DirectiveEnd],
  ...[t.CommentLine, t.BlankLines, t.LineEnd, t.HeredocsStart, t.HeredocTail, t.HeredocLast, t.HeredocNext],
]);

// The end of the file ends its last line.
function fileEnd(offset: number) {
  return createTokenInstance(t.LineEnd, '', offset, offset, offset, offset, offset, offset);
}
