// What a build context is made of, for people, and what its ignore file should leave out.

import type { ContextReport, IgnoreAdvice } from '../../engine/index.ts';
import { placeLine } from './size-report.ts';
import { humanSize, safeText } from './text.ts';

/** The report as text; ends with a line feed. */
export function contextText({ bytes, files, largest, advice }: ContextReport): string {
  return [
    `Context: ${humanSize(bytes)} in ${files} files`,
    ...largest.map(placeLine),
    ...adviceLines(advice),
    '',
  ].join('\n');
}

function adviceLines(advice: readonly IgnoreAdvice[]): readonly string[] {
  if (advice.length === 0) return ['The ignore file leaves nothing in that images seldom need.'];
  const longest = Math.max(...advice.map(({ pattern }) => pattern.length));
  return [
    'The ignore file should leave out:',
    ...advice.map(
      ({ pattern, reason, bytes, files }) =>
        `${humanSize(bytes).padStart(10)}  ${safeText(pattern).padEnd(longest)}  ${reason} (${files === 1 ? '1 file' : `${files} files`})`,
    ),
  ];
}
