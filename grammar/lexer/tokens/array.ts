// Tokens of JSON arrays: there only where the whole rest of the line is one.

import { endOf } from '../pattern.ts';
import { characterToken, lineToken, previous, upTo } from '../token.ts';
import { isArray } from './array-text.ts';
import { isBeforeArguments } from './flag.ts';
import { HealthCmd } from './health.ts';

export const ArrayStart = lineToken(
  'ArrayStart',
  (place) => {
    const { text, joined, trimmed, tokens } = place;
    const type = previous(tokens)?.tokenType;
    if (!(isBeforeArguments(type) || type === HealthCmd)) return undefined;
    return isArray(text.slice(joined, trimmed)) ? { end: joined + 1 } : undefined;
  },
  { push_mode: 'array', first: '[' },
);

const string = /"(?:\\[\s\S]|[^"\\]+)*"/y;

export const ArrayString = lineToken('ArrayString', ({ text, joined }) => upTo(endOf(string, text, joined)), {
  first: '"',
});

export const ArrayComma = characterToken('ArrayComma', ',');

export const ArrayEnd = characterToken('ArrayEnd', ']');

/** A member that is no string. */
export const ArrayOther = lineToken('ArrayOther', ({ text, joined }) =>
  upTo(endOf(/[^\s",\]]+/y, text, joined)),
);
