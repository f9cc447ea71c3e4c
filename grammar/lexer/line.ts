// Logical lines: what continuations join into one, with the way back to the source.

/** White space as Go's `unicode.IsSpace` has it, without the line feed. */
export const blanks = '\\t\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** All of them. */
export const blankCharacters =
  '\t\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';

const blankCharacter = new RegExp(`[${blanks}]`);

/** True for the characters that separate. */
export function isBlank(character: string): boolean {
  return character > ' ' && character < '\u0080' ? false : blankCharacter.test(character);
}

/** A part of a logical line that stands in the source as it is. */
export interface Segment {
  /** Offsets in the source. */
  readonly start: number;
  readonly end: number;
  /** Offset of `start` in the joined text. */
  readonly joined: number;
}

/** A line of the language: physical lines joined, comments and blank lines between them dropped. */
export interface LogicalLine {
  readonly text: string;
  /** End of `text` without trailing white space. */
  readonly trimmed: number;
  readonly segments: readonly Segment[];
  /** Where the line ends in the source, its line end excluded. */
  readonly end: number;
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  /** Start of the first blank line between continued lines. */
  readonly blankLine: number | undefined;
}

/** Reads the logical line that begins at `start`. */
export function readLine(source: string, start: number, escapeCharacter: string): LogicalLine {
  const first = readPhysicalLine(source, start, escapeCharacter);
  const text = source.slice(start, first.contentEnd);
  const segments = [{ start, end: first.contentEnd, joined: 0 }];
  if (first.continued && first.next < source.length)
    return readContinued(source, first.next, escapeCharacter, text, segments);
  return {
    text,
    trimmed: trimmedLength(text),
    segments,
    end: first.end,
    comments: none,
    blankLine: undefined,
  };
}

const none: readonly never[] = [];

function readContinued(
  source: string,
  start: number,
  escapeCharacter: string,
  begun: string,
  segments: Segment[],
): LogicalLine {
  const comments: { start: number; end: number }[] = [];
  let text = begun;
  let blankLine: number | undefined;
  let end = start;
  for (let at = start, continued = true; continued && at < source.length; ) {
    const physical = readPhysicalLine(source, at, escapeCharacter);
    end = physical.end;
    const kind = lineKind(source.slice(at, end));
    if (kind === 'comment') comments.push({ start: at, end });
    else if (kind === 'blank') blankLine ??= at;
    else {
      segments.push({ start: at, end: physical.contentEnd, joined: text.length });
      text += source.slice(at, physical.contentEnd);
      continued = physical.continued;
    }
    at = physical.next;
  }
  return { text, trimmed: trimmedLength(text), segments, end, comments, blankLine };
}

// A pattern anchored at the end would try every run of blanks in the text.
function trimmedLength(text: string): number {
  let length = text.length;
  while (length > 0 && isBlank(text.charAt(length - 1))) length--;
  return length;
}

const commentLine = new RegExp(`[${blanks}]*#`, 'y');
const blankOnly = new RegExp(`^[${blanks}]*$`);

function lineKind(line: string): 'comment' | 'blank' | 'text' {
  commentLine.lastIndex = 0;
  if (commentLine.test(line)) return 'comment';
  return blankOnly.test(line) ? 'blank' : 'text';
}

interface PhysicalLine {
  readonly contentEnd: number;
  readonly end: number;
  readonly next: number;
  readonly continued: boolean;
}

// A line is continued by an escape character that is its last one but for blanks and has no other before it.
function readPhysicalLine(source: string, start: number, escapeCharacter: string): PhysicalLine {
  const feed = source.indexOf('\n', start);
  let end = feed < 0 ? source.length : feed;
  const next = feed < 0 ? source.length + 1 : feed + 1;
  while (end > start && source[end - 1] === '\r') end--;
  let last = end - 1;
  while (last >= start && (source[last] === ' ' || source[last] === '\t')) last--;
  const continued =
    last >= start &&
    source[last] === escapeCharacter &&
    (last === start || source[last - 1] !== escapeCharacter);
  return { contentEnd: continued ? last : end, end, next, continued };
}

/** The source offset at which the joined text ends that ends at `joined`. */
export function sourceEnd({ segments }: LogicalLine, joined: number): number {
  const segment = segmentBefore(segments, joined);
  return segment.start + (joined - segment.joined);
}

/** The offset in the joined text of a source offset. */
export function joinedOffset(line: LogicalLine, offset: number): number {
  const segment = line.segments[segmentAt(line, offset)] ?? nowhere;
  return segment.joined + Math.min(offset, segment.end) - segment.start;
}

/** The source offset of the character at `joined` of the joined text. */
export function sourceStart(line: LogicalLine, joined: number): number {
  const segment = segmentBefore(line.segments, joined + 1);
  return segment.start + (joined - segment.joined);
}

const nowhere: Segment = { start: 0, end: 0, joined: 0 };

// The last segment that begins before `joined`, else the first.
function segmentBefore(segments: readonly Segment[], joined: number): Segment {
  if (segments.length === 1) return segments[0] ?? nowhere;
  let low = 0;
  let high = segments.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((segments[middle] ?? nowhere).joined < joined) low = middle;
    else high = middle;
  }
  return segments[low] ?? nowhere;
}

/** The index of the segment that holds the source offset, its end included. */
export function segmentAt(line: LogicalLine, offset: number): number {
  if (line.segments.length === 1) return 0;
  let low = 0;
  let high = line.segments.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((line.segments[middle] ?? nowhere).start <= offset) low = middle;
    else high = middle;
  }
  return low;
}
