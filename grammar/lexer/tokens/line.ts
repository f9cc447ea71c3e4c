// Tokens between and around logical lines: blank lines, comments, line ends, continuations.

import { blankCharacters, blanks, segmentAt } from '../line.ts';
import { endOf } from '../pattern.ts';
import { lineAt, state } from '../state.ts';
import { plainToken, previous, sourceToken, trivia } from '../token.ts';

export const ByteOrderMark = sourceToken(
  'ByteOrderMark',
  (source, at) => (at === 0 && state.partStart === 0 && source.startsWith('\ufeff') ? 1 : undefined),
  { first: '\ufeff' },
);

/** Everything behind the part of the source that is being read: it begins where a line does. */
export const NextParts = sourceToken(
  'NextParts',
  (source, at, tokens) => {
    const last = previous(tokens);
    // Not behind a line's indentation, or a continuation before its first word.
    if (at < state.partLimit || !last || last.startOffset + last.image.length !== at) return undefined;
    state.partEnd = at;
    return source.length;
  },
  { group: trivia },
);

export const BlankLines = plainToken(
  'BlankLines',
  new RegExp(`(?:[${blanks}]*\\n){1,1000}|[${blanks}]+(?![\\s\\S])`),
  {
    first: `\n${blankCharacters}`,
  },
);

export const CommentLine = plainToken('CommentLine', new RegExp(`[${blanks}]*#[^\\n]*\\n?`), {
  first: `#${blankCharacters}`,
});

export const LineEnd = plainToken('LineEnd', /\r*\n|\r+(?![\s\S])/, { push_mode: 'line', first: '\r\n' });

const lineEnd = /\r*\n|\r+$/y;

/** The end of a line that opens heredocs. */
export const HeredocsStart = sourceToken(
  'HeredocsStart',
  (source, at) => (state.heredocs.length > 0 ? endOf(lineEnd, source, at) : undefined),
  { push_mode: 'heredoc', first: '\r\n' },
);

/** Blanks before the first word of a line. */
export const Indentation = plainToken('Indentation', new RegExp(`[${blanks}]+(?=[^${blanks}\\n])`), {
  group: trivia,
  first: blankCharacters,
});

/** Blanks between words. */
export const Blanks = plainToken('Blanks', new RegExp(`[${blanks}]+`), {
  group: trivia,
  first: blankCharacters,
});

/** An escape character at a line's end, with the comments and blank lines before the next line. */
export const Continuation = sourceToken(
  'Continuation',
  (source, at) => {
    const line = lineAt(source, at);
    const index = segmentAt(line, at);
    if (at !== line.segments[index]?.end) return undefined;
    const next = line.segments[index + 1];
    if (next) return next.start;
    return line.end > at ? line.end : undefined;
  },
  { group: trivia, first: '\\`' },
);
