// FromAsCasing: the AS of a FROM is written as the FROM is.

import type { From } from '../../../../../grammar/index.ts';
import { buildkitRule } from '../../rule.ts';

/** `FROM alpine as build`. */
export const fromAsCasing = buildkitRule(
  {
    name: 'FromAsCasing',
    description: "The 'as' keyword should match the case of the 'from' keyword",
    page: 'from-as-casing',
  },
  {
    over: 'instruction',
    *check({ instruction, lines }) {
      if (instruction.kind !== 'from' || !instruction.alias) return;
      const from = instruction.keyword.text;
      const as = writtenAs(instruction);
      if (!matches(from, as)) yield { message: `'${as}' and '${from}' keywords' casing do not match`, lines };
    },
  },
);

/** The keyword between the image and the alias. */
function writtenAs({ raw, range, image, alias }: From): string {
  const start = raw.length - raw.trimStart().length - range.start.offset;
  const between = raw.slice(start + image.range.end.offset, start + (alias?.range.start.offset ?? 0));
  return /\b[aA][sS]\b/.exec(between)?.[0] ?? '';
}

/** A FROM of mixed case is another rule's. */
function matches(from: string, as: string): boolean {
  if (from === from.toLowerCase()) return as === as.toLowerCase();
  return from !== from.toUpperCase() || as === as.toUpperCase();
}
