// Tokens of key-value lists: `name=value`, where quotes and escapes keep blanks together.

import { blanks, isBlank } from '../line.ts';
import { byEscape, endOf, type Place, type Taken } from '../pattern.ts';
import { state } from '../state.ts';
import { characterAt, follows, lineToken, plainWordAt, previous, trivia, upTo } from '../token.ts';
import { isBeforeArguments } from './flag.ts';

const quotedWord = byEscape(
  (mark) =>
    `(?:${mark}[\\s\\S]|"(?:${mark}[\\s\\S]|[^"${mark}]+)*(?:"|(?=${mark}?$))|'[^']*(?:'|$)|[^${blanks}"'${mark}]+)+`,
);

/** The name before a `=`. */
export const Key = lineToken('Key', keyAt, { push_mode: 'morePairs' });

export const KeyEquals = lineToken(
  'KeyEquals',
  (place) =>
    characterAt(place) === '=' && (follows(place, Key) || isNameless(place))
      ? { end: place.joined + 1 }
      : undefined,
  { first: '=', push_mode: 'morePairs' },
);

/** All of the word behind the `=`. */
export const Value = lineToken('Value', (place) =>
  follows(place, KeyEquals) ? { end: state.wordEnd } : undefined,
);

/** A word that has no `=`. */
export const BareWord = lineToken('BareWord', (place) => upTo(wordEnd(place)), {
  push_mode: 'morePairs',
});

/** The name in the old form `ENV name value`. */
export const LegacyKey = lineToken('LegacyKey', (place) =>
  isBeforeArguments(previous(place.tokens)?.tokenType) && !keyAt(place) ? plainWordAt(place) : undefined,
);

export const LegacyValue = lineToken('LegacyValue', ({ trimmed, tokens }) =>
  previous(tokens)?.tokenType === LegacyKey ? { end: trimmed } : undefined,
);

/** An escape character at the very end of a line that is not continued: it stands for nothing. */
export const StrayEscape = lineToken(
  'StrayEscape',
  (place) =>
    characterAt(place) === state.escape && place.joined === place.trimmed - 1
      ? { end: place.trimmed }
      : undefined,
  { group: trivia, first: '\\`' },
);

function wordEnd({ text, joined, trimmed }: Place): number | undefined {
  return endOf(quotedWord(), text, joined, trimmed);
}

// The first `=` of a word ends its name, also between quotes.
function keyAt(place: Place): Taken | undefined {
  const end = wordEnd(place);
  if (end === undefined) return undefined;
  const equals = place.text.slice(place.joined, end).indexOf('=');
  if (equals < 0) return undefined;
  state.wordEnd = end;
  return { end: place.joined + equals };
}

// A `=` that begins a word: its name is empty.
function isNameless(place: Place): boolean {
  return isBlank(place.text.charAt(place.joined - 1)) && keyAt(place)?.end === place.joined;
}
