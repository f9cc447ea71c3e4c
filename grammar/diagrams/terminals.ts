// How the diagrams show terminals, and what each of them is.

import { keywords } from '../lexer/lexer.ts';

/** A terminal's name in diagrams, and its meaning. */
export interface TerminalText {
  readonly label: string;
  readonly meaning: string;
}

const meanings: Readonly<Record<string, readonly [string, string]>> = {
  ArrayComma: [',', 'between members of a JSON array'],
  ArrayEnd: [']', 'the end of a JSON array and of the line'],
  ArrayStart: [
    '[',
    'the start of a JSON array: only where the whole rest of the line is one, else the line is plain text',
  ],
  ArrayString: ['"string"', 'a JSON string'],
  As: ['AS', 'the word AS in any case'],
  BadSubstitution: ['{ } :', 'what may not follow ${'],
  BareWord: ['name', 'a word of a key-value list without ='],
  BlankLines: ['blank line', 'lines of nothing but white space'],
  BraceEnd: ['}', 'the end of a substitution'],
  BraceOpen: ['${', 'the start of a substitution'],
  ByteOrderMark: ['BOM', 'the byte order mark U+FEFF'],
  ChainedOnbuild: ['ONBUILD', 'an ONBUILD as trigger: always refused'],
  CommentLine: ['# comment', 'a line whose first character is #'],
  DirectiveEnd: ['line end', 'the end of a directive'],
  DirectiveEquals: ['=', 'between a directive and its value'],
  DirectiveName: ['syntax | escape | check', 'the name of a parser directive, in any case'],
  DirectiveStart: ['#', 'at the top of the file, before a parser directive'],
  DirectiveValue: ['value', 'the rest of the line'],
  Dollar: ['$', 'a dollar sign before no name'],
  DoubleQuote: ['"', 'opens a stretch in which only $ and the escape character are special'],
  DoubleQuoteEnd: ['"', 'closes it'],
  Escaped: ['\\x', 'the escape character and any other'],
  FlagEquals: ['=', 'between a flag and its value, without blanks'],
  FlagName: ['--name', 'a flag: only between keyword and arguments'],
  FlagValue: ['value', 'up to a blank that is neither quoted nor escaped'],
  FlagsEnd: ['--', 'ends the flags'],
  HealthCmd: ['CMD', 'the word CMD in any case'],
  HealthNone: ['NONE', 'the word NONE in any case'],
  HeredocBody: ['lines', 'lines up to the delimiter'],
  HeredocEnd: ['delimiter', 'a line that is the name of the heredoc; behind <<- tabs may precede it'],
  HeredocTail: ['lines', 'an error: the file ends in the heredoc'],
  HeredocMarker: [
    '<<name',
    'opens a heredoc: [fd]<<[-]name, the name in quotes to keep variables as they are',
  ],
  HeredocOperator: ['<<', 'with the blanks behind it, which belong to the word'],
  HeredocSource: ['<<name', 'as source of COPY and ADD'],
  HeredocsStart: ['line end with heredocs', 'the end of a line that opens heredocs'],
  Key: ['name', 'up to the first ='],
  KeyEquals: ['=', 'between a name and its value'],
  LegacyKey: ['name', 'the first word, when it has no ='],
  LegacyValue: ['text', 'the rest of the line'],
  LineEnd: ['line end', 'a line feed, or the end of the file'],
  LoneEscape: ['\\', 'an escape character between double quotes before a character that needs none'],
  Modifier: [':- - :+ + :? ?', 'default, alternative, demand'],
  Name: ['name', 'letters, digits and _, digits alone, or one of @ * # ? - $ !'],
  OperandEnd: ['}', 'the end of a substitution'],
  OperandText: ['text', 'characters that are not special'],
  PatternText: ['text', 'characters that are not special'],
  QuotedEscape: ['\\" \\$ \\\\', 'an escaped character between double quotes'],
  QuotedText: ['text', 'characters that are not special'],
  Replace: ['/ //', 'replaces the first match, or all'],
  ShellText: ['text', 'the rest of the line, up to the next heredoc marker'],
  SingleQuoted: ["'text'", 'characters that stand for themselves'],
  SingleQuotedOpen: ["'text", 'an error: the quote is not closed'],
  Slash: ['/', 'between pattern and replacement'],
  Text: ['text', 'the rest of the line'],
  TrimModifier: ['# ## % %%', 'takes a prefix or suffix off; doubled: the longest'],
  UnknownKeyword: ['other word', 'an error: no instruction has this name'],
  Unsupported: ['other character', 'an error: no such modifier'],
  Value: ['value', 'up to a blank that is neither quoted nor escaped'],
  Variable: ['$name', 'a variable'],
  Word: ['word', 'up to a blank'],
};

/** The text for a token type. */
export function terminalText(name: string): TerminalText {
  if (Object.hasOwn(keywords, name))
    return { label: name.toUpperCase(), meaning: 'the keyword, in any case' };
  const [label = name, meaning = ''] = meanings[name] ?? [];
  return { label, meaning };
}
