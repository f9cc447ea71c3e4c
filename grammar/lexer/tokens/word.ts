// Tokens of arguments: words, whole texts, and commands with heredoc markers in them.

import type { HeredocMark } from '../heredoc-marks.ts';
import { state } from '../state.ts';
import { lineToken, plainWordAt, previous } from '../token.ts';

export const Word = lineToken('Word', plainWordAt);

/** The `AS` between the image and the name of a stage. */
export const As = lineToken(
  'As',
  (place) => {
    const word = plainWordAt(place);
    const isAs = word && place.text.slice(place.joined, word.end).toLowerCase() === 'as';
    const isSecond =
      previous(place.tokens)?.tokenType === Word && previous(place.tokens, 2)?.tokenType !== Word;
    return isAs && isSecond ? word : undefined;
  },
  { categories: [Word], first: 'aA' },
);

/** A `<<NAME` in a command that opens a heredoc. */
export const HeredocMarker = lineToken('HeredocMarker', ({ joined }) => {
  const mark = nextMark(joined);
  return mark?.start === joined ? { end: mark.end } : undefined;
});

/** A `<<NAME` among words: it opens a heredoc and is a source. */
export const HeredocSource = lineToken(
  'HeredocSource',
  (place) => {
    const word = plainWordAt(place);
    const mark = nextMark(place.joined);
    return mark?.start === place.joined && mark.end === word?.end ? word : undefined;
  },
  { categories: [Word] },
);

/** The rest of the line as one text. */
export const Text = lineToken('Text', ({ trimmed }) => ({ end: trimmed }));

/** A command's text, up to the next heredoc marker. */
export const ShellText = lineToken('ShellText', ({ joined, trimmed }) => ({
  end: Math.min(trimmed, nextMark(joined + 1)?.start ?? trimmed),
}));

function nextMark(joined: number): HeredocMark | undefined {
  while ((state.heredocs[state.marksPassed]?.start ?? Infinity) < joined) state.marksPassed++;
  return state.heredocs[state.marksPassed];
}
