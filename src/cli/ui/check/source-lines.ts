// The lines of a Dockerfile that a finding is about, as BuildKit shows them.

import type { CheckWarning } from '../../../engine/index.ts';
import { shownText } from './shown-text.ts';

const rule = '--------------------';

/** The file and line, then the lines with those around them; empty where the file has no such line. Ends with a line feed. */
export function sourceLines(path: string, text: string, { start, end }: CheckWarning['lines']): string {
  const lines = text.split('\n');
  if (start < 1 || start > lines.length) return '';
  const last = Math.min(end, lines.length);
  const [from, to] = surroundings(start, last, lines.length);
  const shown = lines.slice(from - 1, to).map((line, index) => {
    const number = from + index;
    const mark = number >= start && number <= last ? '>>>' : '   ';
    return ` ${String(number).padStart(3)} | ${mark} ${shownText(line)}`;
  });
  return `${[`${shownText(path)}:${start}`, rule, ...shown, rule].join('\n')}\n`;
}

/** One line more on each side, two around a single line; at the ends of the file more on the other side. */
function surroundings(start: number, end: number, count: number): readonly [number, number] {
  const wanted = start === end ? 4 : 2;
  let [from, to, added] = [start, end, 0];
  while (added < wanted) {
    if (from > 1) {
      from -= 1;
      added += 1;
    }
    if (to !== count) {
      to += 1;
      added += 1;
    }
    added += 1;
  }
  return [from, to];
}
