// The heredocs of an instruction: markers on its line, bodies below it.

import type { Heredoc } from '../ast.ts';
import type { ItemDraft } from '../draft.ts';
import { type LogicalLine, sourceEnd, sourceStart } from '../lexer/line.ts';
import type { KeywordPayload } from '../lexer/state.ts';
import type { Source } from '../source.ts';
import type { Reporter } from './report.ts';
import { none, tokenRange } from './tokens.ts';

/** Joins markers and bodies; reports the first heredoc that the file ends in. */
export function buildHeredocs(
  source: Source,
  draft: Extract<ItemDraft, { kind: 'instruction' }>,
  { line, heredocs: marks }: KeywordPayload,
  reporter: Reporter,
): readonly Heredoc[] {
  if (marks.length === 0) return none;
  const open = marks[draft.heredocs.length];
  if (open) reporter.report('heredoc-unterminated', markRange(source, line, open), open.name);
  return draft.heredocs.flatMap(({ body, end }, index) => {
    const mark = marks[index];
    if (!mark) return [];
    const { name, expand, chomp, fd } = mark;
    const contentRange = body ? tokenRange(source, body) : source.range(end.startOffset, end.startOffset);
    const range = markRange(source, line, mark);
    return [
      { kind: 'heredoc', name, content: body?.image ?? '', expand, chomp, fd, range, contentRange } as const,
    ];
  });
}

function markRange(
  source: Source,
  line: LogicalLine,
  mark: { readonly start: number; readonly end: number },
) {
  return source.range(sourceStart(line, mark.start), sourceEnd(line, mark.end));
}
