// The token types of the language.

import { createToken, type ICustomPattern, type IToken, Lexer, type TokenType } from 'chevrotain';
import { blanks, type LogicalLine, segmentAt } from './line.ts';
import { byEscape, endOf, joinedPattern, type Place, sourcePattern } from './pattern.ts';
import { type KeywordPayload, lineAt, openHeredocs, previous, state } from './state.ts';

const trivia = 'trivia';

/** The keyword of any instruction; each has its own type in this category. */
export const Keyword = createToken({ name: 'Keyword', pattern: Lexer.NA });

// Between logical lines.
export const ByteOrderMark = token(
  'ByteOrderMark',
  sourcePattern((source, offset) => (offset === 0 && source.startsWith('\ufeff') ? 1 : undefined)),
);
const blankLines = new RegExp(`(?:[${blanks}]*\\n){1,1000}|[${blanks}]+$`, 'y');
const commentLine = new RegExp(`[${blanks}]*#[^\\n]*\\n?`, 'y');
export const BlankLines = token(
  'BlankLines',
  sourcePattern((source, at) => endOf(blankLines, source, at)),
);
export const CommentLine = token(
  'CommentLine',
  sourcePattern((source, at) => endOf(commentLine, source, at)),
);
export const LineEnd = token('LineEnd', sourcePattern(lineEnd), { push_mode: 'line' });
/** The end of a line that opens heredocs. */
export const HeredocsStart = token(
  'HeredocsStart',
  sourcePattern((source, at) => (state.heredocs.length > 0 ? lineEnd(source, at) : undefined)),
  { push_mode: 'heredoc' },
);

// Parser directives: only before everything but other directives, and a `#!` line.
const directive = new RegExp(
  `[${blanks}]*#[${blanks}]*(?=(syntax|escape|check)[${blanks}]*=[${blanks}]*[^${blanks}\\n])`,
  'iy',
);
export const DirectiveStart = token(
  'DirectiveStart',
  sourcePattern((source, at, tokens) =>
    directivesAllowed(tokens) ? endOf(directive, source, at) : undefined,
  ),
  { push_mode: 'directive' },
);
export const DirectiveName = sticky('DirectiveName', '[a-zA-Z]+');
export const DirectiveEquals = sticky('DirectiveEquals', '=', { push_mode: 'directiveValue' });
const directiveValue = new RegExp(`[^\\n]*[^${blanks}\\n]`, 'y');
export const DirectiveValue = token(
  'DirectiveValue',
  sourcePattern((source, at, tokens) => {
    const end = endOf(directiveValue, source, at);
    const value = source.slice(at, end);
    const isEscape = previous(tokens, 2)?.image.toLowerCase() === 'escape';
    if (isEscape && (value === '\\' || value === '`')) state.escape = value;
    return end;
  }),
);
const directiveEnd = new RegExp(`[${blanks}]*\\n|[${blanks}]+$`, 'y');
export const DirectiveEnd = token(
  'DirectiveEnd',
  sourcePattern((s, at) => endOf(directiveEnd, s, at)),
  { push_mode: 'line' },
);

// Inside a logical line.
export const Continuation = token('Continuation', sourcePattern(continuation), { group: trivia });
const blankRun = new RegExp(`[${blanks}]+`, 'y');
const sourceBlanks = new RegExp(`[${blanks}]+(?=[^${blanks}\\n])`, 'y');
export const Indentation = token(
  'Indentation',
  sourcePattern((s, at) => endOf(sourceBlanks, s, at)),
  { group: trivia },
);
export const Blanks = token(
  'Blanks',
  joinedPattern(({ text, joined }) => taken(endOf(blankRun, text, joined))),
  {
    group: trivia,
  },
);

const flagName = /--(?:\\[^]|[^\s=\\]+)*/y;
export const FlagName = token(
  'FlagName',
  joinedPattern(({ text, joined, trimmed, tokens }) =>
    flagsAllowed(tokens) ? taken(endOf(flagName, text, joined, trimmed)) : undefined,
  ),
);
export const FlagEquals = token(
  'FlagEquals',
  joinedPattern((place) =>
    text(place) === '=' && before(place, FlagName) ? { end: place.joined + 1 } : undefined,
  ),
);
const flagValue = /(?:\\[^]|"(?:\\[^]|[^"\\]+)*(?:"|\\?$)|'(?:\\[^]|[^'\\]+)*(?:'|\\?$)|[^\s"'\\]+|\\$)+/y;
export const FlagValue = token(
  'FlagValue',
  joinedPattern((place) =>
    before(place, FlagEquals) ? taken(endOf(flagValue, place.text, place.joined, place.trimmed)) : undefined,
  ),
);
/** A `--` alone: what follows is no flag. */
export const FlagsEnd = token(
  'FlagsEnd',
  joinedPattern(({ text: line, joined, tokens }) =>
    flagsAllowed(tokens) ? taken(endOf(/--(?=\s|$)/y, line, joined)) : undefined,
  ),
);

const plainWord = /[^\t\v\f\r ]+/y;
export const Word = token(
  'Word',
  joinedPattern((place) => word(place)),
);
/** The `AS` between the image and the name of a stage. */
export const As = token(
  'As',
  joinedPattern((place) => {
    const as = word(place);
    const isAs = as && place.text.slice(place.joined, as.end).toLowerCase() === 'as';
    const second =
      previous(place.tokens)?.tokenType === Word && previous(place.tokens, 2)?.tokenType !== Word;
    return isAs && second ? as : undefined;
  }),
  { categories: [Word] },
);
/** A `<<NAME` that opens a heredoc. */
export const HeredocMarker = token(
  'HeredocMarker',
  joinedPattern(({ joined }) => {
    const mark = nextMark(joined);
    return mark?.start === joined ? { end: mark.end } : undefined;
  }),
  { categories: [Word] },
);
/** The rest of the line as one text. */
export const Text = token(
  'Text',
  joinedPattern(({ trimmed }) => ({ end: trimmed })),
);
/** A command's text, up to the next heredoc marker. */
export const ShellText = token(
  'ShellText',
  joinedPattern(({ joined, trimmed }) => ({
    end: Math.min(trimmed, nextMark(joined + 1)?.start ?? trimmed),
  })),
);

// JSON arrays: only where the whole rest of the line is one.
export const ArrayStart = token('ArrayStart', joinedPattern(arrayStart), { push_mode: 'array' });
const arrayString = /"(?:\\[^]|[^"\\]+)*"/y;
export const ArrayString = token(
  'ArrayString',
  joinedPattern(({ text, joined }) => taken(endOf(arrayString, text, joined))),
);
export const ArrayComma = character('ArrayComma', ',');
export const ArrayEnd = character('ArrayEnd', ']');
/** A member that is no string. */
export const ArrayOther = token(
  'ArrayOther',
  joinedPattern(({ text, joined }) => taken(endOf(/[^\s",\]]+/y, text, joined))),
);

// Key-value lists.
const quotedWord = byEscape(
  (escape) =>
    `(?:${escape}[^]|"(?:${escape}[^]|[^"${escape}]+)*(?:"|(?=${escape}?$))|'[^']*(?:'|$)|[^${blanks}"'${escape}]+)+`,
);
/** The name before a `=`. */
export const Key = token(
  'Key',
  joinedPattern((place) => key(place)),
);
export const KeyEquals = token(
  'KeyEquals',
  joinedPattern((place) => {
    if (text(place) !== '=') return undefined;
    return before(place, Key) || nameless(place) ? { end: place.joined + 1 } : undefined;
  }),
);
export const Value = token(
  'Value',
  joinedPattern((place) => (before(place, KeyEquals) ? { end: state.wordEnd } : undefined)),
);
/** A word of a key-value list that has no `=`. */
export const BareWord = token(
  'BareWord',
  joinedPattern(({ text: line, joined, trimmed }) => taken(endOf(quotedWord(), line, joined, trimmed))),
);
/** The name in the old form `ENV name value`. */
export const LegacyKey = token(
  'LegacyKey',
  joinedPattern((place) => {
    const first = previous(place.tokens)?.tokenType;
    return first && isKeywordOrFlag(first) && !key(place) ? word(place) : undefined;
  }),
);
/** An escape character at the very end of a line that is not continued: it stands for nothing. */
export const StrayEscape = token(
  'StrayEscape',
  joinedPattern((place) =>
    text(place) === state.escape && place.joined === place.trimmed - 1 ? { end: place.trimmed } : undefined,
  ),
  { group: trivia },
);
export const LegacyValue = token(
  'LegacyValue',
  joinedPattern(({ trimmed, tokens }) =>
    previous(tokens)?.tokenType === LegacyKey ? { end: trimmed } : undefined,
  ),
);

// HEALTHCHECK's types.
export const HealthNone = health('HealthNone', 'none', 'text');
export const HealthCmd = health('HealthCmd', 'cmd', 'command');
export const HealthUnknown = token(
  'HealthUnknown',
  joinedPattern((place) => word(place)),
  { push_mode: 'text' },
);

// Heredoc bodies.
export const HeredocBody = token('HeredocBody', sourcePattern(heredocBody));
/** The line that ends a heredoc; the last one ends the instruction. */
export const HeredocEnd = createToken({ name: 'HeredocEnd', pattern: Lexer.NA });
export const HeredocNext = token(
  'HeredocNext',
  sourcePattern((s, at) => heredocEnd(s, at, false)),
  { categories: [HeredocEnd] },
);
export const HeredocLast = token(
  'HeredocLast',
  sourcePattern((s, at) => heredocEnd(s, at, true)),
  {
    categories: [HeredocEnd],
    push_mode: 'line',
  },
);

/** The token type of a keyword. */
export function keyword(name: string, mode: string): TokenType {
  return token(
    name,
    joinedPattern((place) => keywordAt(place, name.toLowerCase())),
    {
      categories: [Keyword],
      push_mode: mode,
    },
  );
}

/** Any other word where a keyword is due. */
export const UnknownKeyword = token(
  'UnknownKeyword',
  joinedPattern((place) => keywordAt(place, undefined)),
  {
    categories: [Keyword],
    push_mode: 'text',
  },
);

const heredocKeywords = new Set(['add', 'copy', 'run']);

function keywordAt(place: Place, name: string | undefined) {
  const end = word(place)?.end;
  if (end === undefined) return undefined;
  const written = place.text.slice(place.joined, end);
  const found = written.toLowerCase();
  if (name !== undefined && found !== name) return undefined;
  const line: LogicalLine = lineAt(place.source, place.offset);
  const heredocs = heredocKeywords.has(found) && !rest(place, end).startsWith('[') ? openHeredocs(line) : [];
  const payload: KeywordPayload = { text: written, line, heredocs };
  return { end, payload };
}

// An array keeps a line from having heredocs, also behind flags.
function rest(place: Place, end: number): string {
  const after = place.text.slice(end, place.trimmed).replace(/^(?:\s+--\S*)*\s+/, '');
  return parsedArray(after) ? '[' : '';
}

function arrayStart({ text: line, joined, trimmed, tokens }: Place) {
  const first = previous(tokens)?.tokenType;
  if (line[joined] !== '[' || !first || !isArgumentStart(first)) return undefined;
  return parsedArray(line.slice(joined, trimmed)) ? { end: joined + 1 } : undefined;
}

function parsedArray(text: string): boolean {
  if (!text.startsWith('[') || !text.endsWith(']')) return false;
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

function isKeywordOrFlag(type: TokenType): boolean {
  return (
    type.CATEGORIES?.includes(Keyword) ||
    type === FlagName ||
    type === FlagEquals ||
    type === FlagValue ||
    type === FlagsEnd
  );
}

function isArgumentStart(type: TokenType): boolean {
  return isKeywordOrFlag(type) || type === HealthCmd;
}

function flagsAllowed(tokens: readonly IToken[]): boolean {
  const type = previous(tokens)?.tokenType;
  return type !== undefined && type !== FlagsEnd && isKeywordOrFlag(type);
}

function directivesAllowed(tokens: readonly IToken[]): boolean {
  const last = previous(tokens);
  if (!last || last.tokenType === ByteOrderMark || last.tokenType === DirectiveEnd) return true;
  return last.tokenType === CommentLine && tokens.length === 1 && last.image.startsWith('#!');
}

function lineEnd(source: string, at: number): number | undefined {
  return endOf(/\r*\n|\r+$/y, source, at);
}

// From the end of a segment to the start of the next, or to the end of the line.
function continuation(source: string, at: number): number | undefined {
  const line = lineAt(source, at);
  const index = segmentAt(line, at);
  if (at !== line.segments[index]?.end) return undefined;
  const next = line.segments[index + 1];
  if (next) return next.start;
  return line.end > at ? line.end : undefined;
}

function heredocBody(source: string, at: number): number | undefined {
  const mark = state.heredocs[state.heredocsRead];
  if (!mark) return undefined;
  for (let line = at; line < source.length; ) {
    const feed = source.indexOf('\n', line);
    const next = feed < 0 ? source.length : feed + 1;
    if (endsHeredoc(source, line, next, mark)) return line;
    line = next;
  }
  return source.length;
}

function heredocEnd(source: string, at: number, last: boolean): number | undefined {
  const mark = state.heredocs[state.heredocsRead];
  if (!mark || (state.heredocsRead === state.heredocs.length - 1) !== last) return undefined;
  const feed = source.indexOf('\n', at);
  const next = feed < 0 ? source.length : feed + 1;
  if (!endsHeredoc(source, at, next, mark)) return undefined;
  state.heredocsRead++;
  return next;
}

function endsHeredoc(
  source: string,
  start: number,
  end: number,
  mark: { readonly name: string; readonly chomp: boolean },
) {
  let from = start;
  let to = end;
  while (to > from && (source[to - 1] === '\n' || source[to - 1] === '\r')) to--;
  while (mark.chomp && source[from] === '\t') from++;
  return to - from === mark.name.length && source.startsWith(mark.name, from);
}

function key(place: Place) {
  const end = endOf(quotedWord(), place.text, place.joined, place.trimmed);
  const equals = place.text.indexOf('=', place.joined);
  if (end === undefined || equals < 0 || equals >= end) return undefined;
  state.wordEnd = end;
  return { end: equals };
}

const blankCharacter = new RegExp(`[${blanks}]`);

// A `=` that begins a word: its name is empty.
function nameless(place: Place): boolean {
  return blankCharacter.test(place.text.charAt(place.joined - 1)) && key(place)?.end === place.joined;
}

function word({ text: line, joined, trimmed }: Place) {
  return taken(endOf(plainWord, line, joined, trimmed));
}

function text({ text: line, joined }: Place): string {
  return line.charAt(joined);
}

// The token before is of that type and touches the place (but for a continuation between them).
function before({ tokens, joined }: Place, type: TokenType): boolean {
  return previous(tokens)?.tokenType === type && state.takenEnd === joined;
}

function nextMark(joined: number) {
  while ((state.heredocs[state.marksPassed]?.start ?? Infinity) < joined) state.marksPassed++;
  return state.heredocs[state.marksPassed];
}

function taken(end: number | undefined) {
  return end === undefined ? undefined : { end };
}

function health(name: string, type: string, mode: string): TokenType {
  const pattern = joinedPattern((place) => {
    const found = word(place);
    return found && place.text.slice(place.joined, found.end).toLowerCase() === type ? found : undefined;
  });
  return token(name, pattern, { push_mode: mode });
}

function character(name: string, wanted: string): TokenType {
  return token(
    name,
    joinedPattern((place) => (text(place) === wanted ? { end: place.joined + 1 } : undefined)),
  );
}

function sticky(name: string, pattern: string, modes: { readonly push_mode?: string } = {}): TokenType {
  const expression = new RegExp(pattern, 'y');
  return token(
    name,
    sourcePattern((source, at) => endOf(expression, source, at)),
    modes,
  );
}

function token(
  name: string,
  pattern: ICustomPattern,
  more: { readonly push_mode?: string; readonly group?: string; readonly categories?: TokenType[] } = {},
): TokenType {
  return createToken({ name, pattern, line_breaks: false, ...more });
}
