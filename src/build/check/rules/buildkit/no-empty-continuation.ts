// NoEmptyContinuation: a blank line inside an instruction.

import { buildkitRule } from '../../rule.ts';

/** A line that ends in the escape character, then a blank one. */
export const noEmptyContinuation = buildkitRule(
  {
    name: 'NoEmptyContinuation',
    description: 'Empty continuation lines will become errors in a future release',
    page: 'no-empty-continuation',
  },
  {
    over: 'file',
    *check({ diagnostics, instructions }) {
      for (const { code, range } of diagnostics) {
        if (code !== 'blank-continuation') continue;
        const around = instructions.findLast(({ lines }) => lines.start <= range.start.line);
        // The last line of the instruction itself, before its heredocs.
        const line = around?.instruction.range.end.line ?? range.start.line;
        yield { message: 'Empty continuation line', lines: { start: line, end: line } };
      }
    },
  },
);
