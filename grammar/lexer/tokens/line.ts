// Tokens between and around logical lines: blank lines, comments, line ends, continuations.

import { blanks, segmentAt } from '../line.ts';
import { endOf } from '../pattern.ts';
import { lineAt, state } from '../state.ts';
import { lineToken, sourceToken, trivia, upTo } from '../token.ts';

export const ByteOrderMark = sourceToken('ByteOrderMark', (source, at) =>
  at === 0 && source.startsWith('\ufeff') ? 1 : undefined,
);

export const BlankLines = sourceToken(
  'BlankLines',
  new RegExp(`(?:[${blanks}]*\\n){1,1000}|[${blanks}]+$`, 'y'),
);

export const CommentLine = sourceToken('CommentLine', new RegExp(`[${blanks}]*#[^\\n]*\\n?`, 'y'));

const lineEnd = /\r*\n|\r+$/y;

export const LineEnd = sourceToken('LineEnd', lineEnd, { push_mode: 'line' });

/** The end of a line that opens heredocs. */
export const HeredocsStart = sourceToken(
  'HeredocsStart',
  (source, at) => (state.heredocs.length > 0 ? endOf(lineEnd, source, at) : undefined),
  { push_mode: 'heredoc' },
);

/** Blanks before the first word of a line. */
export const Indentation = sourceToken('Indentation', new RegExp(`[${blanks}]+(?=[^${blanks}\\n])`, 'y'), {
  group: trivia,
});

const blankRun = new RegExp(`[${blanks}]+`, 'y');

/** Blanks between words. */
export const Blanks = lineToken('Blanks', ({ text, joined }) => upTo(endOf(blankRun, text, joined)), {
  group: trivia,
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
  { group: trivia },
);
