// Builds commands: JSON arrays and shell texts.

import type { Command, ExecForm } from '../ast.ts';
import type { ArrayDraft, TextDraft } from '../draft.ts';
import { joinedOffset, sourceEnd } from '../lexer/line.ts';
import type { Building } from './building.ts';
import { toArrayWord, tokenEnd } from './tokens.ts';

/** The command of an instruction, or of a part of it. */
export function command(
  { source, line, draft, base }: Building,
  operands: Building['draft']['operands'] = draft.operands,
): Command {
  if (operands.form === 'exec') return exec(source, operands);
  return shellText(
    { source, line, base },
    operands.form === 'shell' ? operands : { form: 'shell', tokens: [] },
  );
}

function exec(source: Building['source'], { strings, start, end }: ArrayDraft): ExecForm {
  const range = source.range(start.startOffset, tokenEnd(end));
  return { form: 'exec', args: strings.map((token) => toArrayWord(source, token)), range };
}

function shellText(
  { source, line, base }: Pick<Building, 'source' | 'line' | 'base'>,
  { tokens }: TextDraft,
): Command {
  const [first] = tokens;
  const end = sourceEnd(line, line.trimmed);
  if (!first) return { form: 'shell', text: '', range: { start: base.range.end, end: base.range.end } };
  const joined = joinedOffset(line, first.startOffset);
  return {
    form: 'shell',
    text: line.text.slice(joined, line.trimmed),
    range: source.range(first.startOffset, end),
  };
}
