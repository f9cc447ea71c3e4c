// Builds an instruction of the tree from what the grammar read.

import type { Comment, Instruction, InstructionBase, InstructionKind } from '../ast.ts';
import type { InstructionDraft } from '../draft.ts';
import type { LogicalLine } from '../lexer/line.ts';
import { joinedOffset, sourceEnd } from '../lexer/line.ts';
import type { Source } from '../source.ts';
import { bodies } from './bodies.ts';
import type { Building, Surroundings } from './building.ts';
import { reportFailure, reportSurplus, reportUnknown } from './failure.ts';
import { checkFlags } from './flags.ts';
import { createReporter } from './report.ts';
import { keywordPayload, none, toFlag, toWord } from './tokens.ts';

/** Builds one instruction; with an error it becomes `invalid`. */
export function buildInstruction(draft: InstructionDraft, around: Surroundings): Instruction {
  const { source, heredocs, reporter } = around;
  const { line, text } = keywordPayload(draft.keyword);
  const base = buildBase(draft, around);
  const errors = reporter.errors;
  const kind = text.toLowerCase() as InstructionKind;
  if (around.surplus.length > 0 && draft.operands.form !== 'trigger') reportSurplus(kind, draft, around);
  if (!Object.hasOwn(bodies, kind)) reportUnknown(text, base.keyword.range, reporter);
  if (draft.failure) reportFailure(kind, draft, base, around);
  const healthNone = draft.operands.form === 'health' && !draft.operands.command;
  if (Object.hasOwn(bodies, kind) && !healthNone) checkFlags(kind, base.flags, reporter);
  if (draft.failure || reporter.errors > errors) return { ...base, kind: 'invalid' };
  const building = { source, line, draft, base, heredocs, reporter };
  const instruction =
    kind === 'onbuild' ? buildOnbuild(building, around) : bodies[kind as keyof typeof bodies]?.(building);
  return instruction && reporter.errors === errors ? instruction : { ...base, kind: 'invalid' };
}

function buildBase(draft: InstructionDraft, { source, raw }: Surroundings): InstructionBase {
  const { line, text } = keywordPayload(draft.keyword);
  const start = draft.keyword.startOffset;
  const end = Math.max(sourceEnd(line, line.trimmed), start + draft.keyword.image.length);
  return {
    keyword: toWord(source, draft.keyword, text),
    flags: draft.flags.length === 0 ? none : draft.flags.map((flag) => toFlag(source, flag)),
    range: source.range(start, end),
    raw,
    original: originalText(line, start),
    comments: line.comments.length === 0 ? none : innerComments(line, source),
  };
}

function innerComments({ comments }: LogicalLine, source: Source): readonly Comment[] {
  return comments.map(({ start, end }) => {
    const raw = source.text.slice(start, end);
    return { kind: 'comment', text: raw.trim(), range: source.range(start, end), raw };
  });
}

// A trigger's text begins at its own keyword.
function originalText(line: LogicalLine, start: number): string {
  return line.text.slice(joinedOffset(line, start), line.trimmed);
}

function buildOnbuild(
  { source, line, draft, base, heredocs, reporter }: Building,
  around: Surroundings,
): Instruction {
  if (draft.operands.form !== 'trigger') return { ...base, kind: 'invalid' };
  const inner = draft.operands.trigger;
  const name = keywordPayload(inner.keyword).text.toUpperCase();
  const keyword = toWord(source, inner.keyword, name);
  if (name === 'ONBUILD') reporter.report('trigger-chained', keyword.range);
  if (name === 'FROM' || name === 'MAINTAINER') reporter.report('trigger-forbidden', keyword.range, name);
  const lenient = createReporter([], true);
  const trigger = buildInstruction(inner, { ...around, raw: '', reporter: lenient });
  reporter.adopt(lenient.diagnostics);
  // The image keeps the blanks at the trigger's end; what goes before it is white space as Go's patterns have it.
  const text = line.text
    .slice(joinedOffset(line, draft.keyword.startOffset))
    .replace(/^ONBUILD[\t\n\f\r ]*/i, '');
  const expression = heredocs.reduce(
    (before, heredoc) => `${before}\n${heredoc.content}${heredoc.name}`,
    text,
  );
  return { ...base, kind: 'onbuild', trigger, expression };
}
