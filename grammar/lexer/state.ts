// What the contextual patterns know while one source is lexed: the escape character and the logical line at hand.

import { findHeredocs, type HeredocMark } from './heredoc-marks.ts';
import { joinedOffset, type LogicalLine, readLine } from './line.ts';

/** The state while one source is lexed, part by part. */
export interface LexerState {
  escape: '\\' | '`';
  /** Where the part begins in the source; where it may end at the earliest, and ends, in the part. */
  partStart: number;
  partLimit: number;
  partEnd: number;
  /** Whether directives may stand where the part begins. */
  inHead: boolean;
  line: LogicalLine | undefined;
  /** Source offset and joined offset of the latest look-up: many patterns ask at one place. */
  offset: number;
  joined: number;
  /** Where the latest token of the joined text ended. */
  takenEnd: number;
  heredocs: readonly HeredocMark[];
  /** How many of `heredocs` have their marker behind. */
  marksPassed: number;
  /** How many of `heredocs` have been read. */
  heredocsRead: number;
  /** End of the key-value word being read, in the joined text. */
  wordEnd: number;
}

/** Keyword tokens carry the line they begin. */
export interface KeywordPayload {
  readonly text: string;
  readonly line: LogicalLine;
  readonly heredocs: readonly HeredocMark[];
}

/** The state now: one source is lexed at a time, synchronously. */
export const state: LexerState = fresh();

/** Forgets the source before. */
export function resetState(): void {
  Object.assign(state, fresh());
}

/** Begins a part of the source, which ends with the line that reaches `limit`. */
export function beginPart(start: number, limit: number): void {
  state.partStart = start;
  state.partLimit = limit;
  state.partEnd = -1;
  beginLine(undefined);
}

function fresh(): LexerState {
  return {
    escape: '\\',
    partStart: 0,
    partLimit: Infinity,
    partEnd: -1,
    inHead: true,
    line: undefined,
    offset: -1,
    joined: -1,
    takenEnd: -1,
    heredocs: [],
    marksPassed: 0,
    heredocsRead: 0,
    wordEnd: 0,
  };
}

const noHeredocs: readonly HeredocMark[] = [];

function beginLine(line: LogicalLine | undefined): void {
  state.line = line;
  state.offset = -1;
  state.joined = -1;
  state.takenEnd = -1;
  state.heredocs = noHeredocs;
  state.marksPassed = 0;
  state.heredocsRead = 0;
  state.wordEnd = 0;
}

/** The logical line that `offset` is in, read on first use; a line begins wherever the one before has ended. */
export function lineAt(source: string, offset: number): LogicalLine {
  if (state.line && offset <= state.line.end && offset >= (state.line.segments[0]?.start ?? 0))
    return state.line;
  const line = readLine(source, offset, state.escape);
  beginLine(line);
  return line;
}

/** The joined text's offset for a source offset. */
export function joinedAt(source: string, offset: number): number {
  const line = lineAt(source, offset);
  if (state.offset === offset) return state.joined;
  state.offset = offset;
  state.joined = joinedOffset(line, offset);
  return state.joined;
}

/** Finds the heredocs of the current line: done once, at its keyword. */
export function openHeredocs(line: LogicalLine): readonly HeredocMark[] {
  state.heredocs = findHeredocs(line.text);
  return state.heredocs;
}
