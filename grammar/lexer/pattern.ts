// Custom Chevrotain patterns that match in the joined text of a logical line and report what they took from the source.

import type { CustomPatternMatcherReturn, ICustomPattern, IToken } from 'chevrotain';
import { sourceEnd } from './line.ts';
import { joinedAt, lineAt, state } from './state.ts';

/** Where a pattern is tried: the joined text, its offset there and in the source, and the tokens before. */
export interface Place {
  readonly source: string;
  readonly offset: number;
  readonly text: string;
  readonly joined: number;
  /** End of the line's text without trailing blanks. */
  readonly trimmed: number;
  readonly tokens: readonly IToken[];
}

/** What a pattern takes: the joined text up to `end`; `payload` in place of that text. */
export interface Taken {
  readonly end: number;
  readonly payload?: unknown;
}

/** A pattern over joined text; matches of continued text carry it joined. */
export function joinedPattern(match: (place: Place) => Taken | undefined): ICustomPattern {
  return {
    exec(source, offset, tokens) {
      const place = placeAt(source, offset, tokens);
      const taken = match(place);
      if (!taken || taken.end <= place.joined) return null;
      const { text, joined } = place;
      const end = sourceEnd(lineAt(source, offset), taken.end);
      state.takenEnd = taken.end;
      const isContinued = end - offset !== taken.end - joined;
      return matched(
        source.slice(offset, end),
        taken.payload ?? (isContinued ? text.slice(joined, taken.end) : undefined),
      );
    },
  };
}

const fresh = { source: '', offset: -1, text: '', joined: 0, trimmed: 0, tokens: [] as readonly IToken[] };
const latest = { ...fresh };

/** Lets go of the source before. */
export function resetPlace(): void {
  Object.assign(latest, fresh);
}

// All patterns of a mode are tried at one place.
function placeAt(source: string, offset: number, tokens: readonly IToken[]): Place {
  if (latest.offset === offset && latest.tokens === tokens) return latest;
  const { text, trimmed } = lineAt(source, offset);
  latest.source = source;
  latest.offset = offset;
  latest.text = text;
  latest.joined = joinedAt(source, offset);
  latest.trimmed = trimmed;
  latest.tokens = tokens;
  return latest;
}

/** A pattern straight over the source. */
export function sourcePattern(
  match: (source: string, offset: number, tokens: readonly IToken[]) => number | undefined,
): ICustomPattern {
  return {
    exec(source, offset, tokens) {
      const end = match(source, offset, tokens);
      return end === undefined || end <= offset ? null : matched(source.slice(offset, end), undefined);
    },
  };
}

/** The end of a sticky pattern's match at `at`, none beyond `limit`. */
export function endOf(pattern: RegExp, text: string, at: number, limit = text.length): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) && at < limit ? Math.min(pattern.lastIndex, limit) : undefined;
}

/** The pattern of the current escape character. */
export function byEscape(make: (character: string) => string): () => RegExp {
  const patterns = { '\\': new RegExp(make('\\\\'), 'y'), '`': new RegExp(make('`'), 'y') };
  return () => patterns[state.escape];
}

function matched(image: string, payload: unknown): CustomPatternMatcherReturn {
  const result: [string] & { payload?: unknown } = [image];
  if (payload !== undefined) result.payload = payload;
  return result;
}
