// Shell patterns of `#`, `%` and `/`: `*` and `?`, without bracket expressions; neither matches a line feed.

/** A pattern: fixed stretches with a `*` between each two; `undefined` in a stretch is any one character. */
export type Pattern = readonly (readonly (string | undefined)[])[];

/** Reads a pattern; returns the message of a bad escape. */
export function readPattern(text: string): Pattern | string {
  const stretches: (string | undefined)[][] = [[]];
  const characters = [...text];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    if (character === '*') stretches.push([]);
    else if (character === '?') stretches.at(-1)?.push(undefined);
    else if (character === '\\') {
      const next = characters[at + 1];
      if (next === '}' || next === '/') continue;
      if (next !== '*' && next !== '?' && next !== '\\') return `invalid escape '\\${next ?? '\ufffd'}'`;
      stretches.at(-1)?.push(next);
      at++;
    } else stretches.at(-1)?.push(character);
  }
  return stretches;
}

/** Takes the shortest or longest prefix that the pattern matches off a value. */
export function trimPrefix(pattern: Pattern, value: string, longest: boolean): string {
  const characters = [...value];
  const end = matchAt(pattern, characters, 0, longest);
  return end === undefined ? value : characters.slice(end).join('');
}

/** Takes the shortest or longest suffix that the pattern matches off a value. */
export function trimSuffix(pattern: Pattern, value: string, longest: boolean): string {
  const backwards = pattern.map((stretch) => stretch.toReversed()).toReversed();
  const rest = trimPrefix(backwards, [...value].toReversed().join(''), longest);
  return [...rest].toReversed().join('');
}

/** Replaces the first or every longest match. */
export function replace(pattern: Pattern, value: string, replacement: string, all: boolean): string {
  const characters = [...value];
  let result = '';
  let copied = 0;
  let at = 0;
  while (at <= characters.length) {
    const match = search(pattern, characters, at);
    if (!match) break;
    const empty = match.end === match.start;
    if (!(all && empty && copied > 0 && match.start === copied)) {
      const matched = characters.slice(match.start, match.end).join('');
      result +=
        characters.slice(copied, match.start).join('') + (all ? template(replacement, matched) : replacement);
      copied = match.end;
    }
    if (!all) break;
    at = empty ? match.end + 1 : match.end;
  }
  return result + characters.slice(copied).join('');
}

// Go's Regexp.ReplaceAll reads `$name` in the replacement as a group: only group 0 exists here.
function template(replacement: string, matched: string): string {
  return replacement.replaceAll(
    /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu,
    (_, dollar, braced, plain) => {
      if (dollar) return '$';
      return (braced ?? plain) === '0' ? matched : '';
    },
  );
}

function search(
  pattern: Pattern,
  value: readonly string[],
  from: number,
): { start: number; end: number } | undefined {
  const [first = []] = pattern;
  for (let start = from; start <= value.length; start++) {
    if (!fits(first, value, start)) continue;
    const end = matchAt(pattern, value, start, true);
    if (end !== undefined) return { start, end };
    // What is not in the rest of the line after an early start is not there after a later one.
    start = lineEnd(value, start);
  }
  return undefined;
}

/** The end of the match that starts at `start`: stretches as early as possible, the last as late when `longest`. */
function matchAt(
  pattern: Pattern,
  value: readonly string[],
  start: number,
  longest: boolean,
): number | undefined {
  const [first = [], ...rest] = pattern;
  if (!fits(first, value, start)) return undefined;
  let end = start + first.length;
  const limit = lineEnd(value, end);
  for (const [index, stretch] of rest.entries()) {
    const last = index === rest.length - 1;
    const found =
      last && longest ? findLast(stretch, value, end, limit) : findFirst(stretch, value, end, limit);
    if (found === undefined) return undefined;
    end = found + stretch.length;
  }
  return end;
}

function findFirst(stretch: Pattern[number], value: readonly string[], from: number, limit: number) {
  for (let at = from; at <= limit; at++) if (fits(stretch, value, at)) return at;
  return undefined;
}

function findLast(stretch: Pattern[number], value: readonly string[], from: number, limit: number) {
  for (let at = limit; at >= from; at--) if (fits(stretch, value, at)) return at;
  return undefined;
}

function fits(stretch: Pattern[number], value: readonly string[], at: number): boolean {
  if (at + stretch.length > value.length) return false;
  return stretch.every((wanted, index) => {
    const found = value[at + index];
    return wanted === undefined ? found !== '\n' : found === wanted;
  });
}

function lineEnd(value: readonly string[], from: number): number {
  const at = value.indexOf('\n', from);
  return at < 0 ? value.length : at;
}
