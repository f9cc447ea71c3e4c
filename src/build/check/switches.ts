// Where which rule is on: by the file's options, and by the comments before an instruction.

import { globallyIgnored, localSwitches } from './comments.ts';
import type { FileModel, Lines } from './model.ts';
import type { CheckOptions, RuleSelection } from './options.ts';
import type { RuleInfo } from './types.ts';

/** Tells whether a rule is on at a place of the file. */
export function switchesOf(
  file: FileModel,
  options: CheckOptions,
): (rule: RuleInfo, lines: Lines) => boolean {
  const ignored = globallyIgnored(file.ast);
  // The directive is the comment of the first instruction, too, but holds for the file.
  const directives = new Set(file.ast.directives.map(({ raw }) => raw.slice(1).trim()));
  const local = new Map(
    file.instructions.flatMap(({ lines, comments }) =>
      comments.length === 0
        ? []
        : [[lines.start, localSwitches(comments.filter((text) => !directives.has(text)))] as const],
    ),
  );
  const starts = file.instructions.map(({ lines }) => lines.start);
  return (rule, lines) => {
    const here = local.get(startAt(starts, lines.start));
    if (rule.experimental)
      return names(options.experimental, rule) || (here !== undefined && names(here.experimental, rule));
    return !names(options.skip, rule) && !names(ignored, rule) && !(here && names(here.skip, rule));
  };
}

function names(selection: RuleSelection, { name, hadolint }: RuleInfo): boolean {
  if (selection === 'all') return true;
  return selection.has(name) || (hadolint !== undefined && selection.has(hadolint));
}

/** The first line of the instruction that `line` belongs to. */
function startAt(starts: readonly number[], line: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return starts[low - 1] ?? line;
}
