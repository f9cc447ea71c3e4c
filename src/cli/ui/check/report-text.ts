// A check's report as people read it: BuildKit's form, which counts, then shows each finding with its lines.

import type { CheckReport, CheckWarning } from '../../../engine/index.ts';
import { shownText } from './shown-text.ts';
import { sourceLines } from './source-lines.ts';

/** The report for standard output. */
export function reportText({ source, warnings, failure }: CheckReport): string {
  if (warnings.length === 0) return failure === undefined ? 'Check complete, no warnings found.\n' : '';
  const sorted = warnings.toSorted((a, b) => a.lines.start - b.lines.start);
  const shown = sorted.map((warning) => warningText(warning, source));
  const end = failure === undefined ? '' : '\n';
  return [`Check complete, ${count(warnings)} found!\n`, ...shown, end].join('');
}

/** The failure for standard error; empty where there is none. */
export function failureText({ source, failure }: CheckReport): string {
  if (failure === undefined) return '';
  const { message, location, excerpt, hint } = failure;
  const line = location?.line;
  const lines = line === undefined ? '' : sourceLines(source.path, source.text, { start: line, end: line });
  return [
    `ERROR: ${shownText(message)}\n`,
    excerpt === undefined || /^\s/.test(excerpt)
      ? lines
      : `${excerpt.split('\n').map(shownText).join('\n')}\n`,
    hint === undefined ? '' : `hint: ${shownText(hint)}\n`,
  ].join('');
}

function warningText({ rule, message, lines }: CheckWarning, source: CheckReport['source']): string {
  const url = rule.url === undefined ? '' : ` - ${rule.url}`;
  const head = `\n${rule.level.toUpperCase()}: ${rule.name}${url}\n${shownText(message)}\n`;
  return head + sourceLines(source.path, source.text, lines);
}

/** `2 errors, 1 warning and 3 notes have been`. */
function count(warnings: readonly CheckWarning[]): string {
  const of = (level: CheckWarning['rule']['level']) =>
    warnings.filter(({ rule }) => rule.level === level).length;
  const parts = [
    counted(of('error'), 'error'),
    counted(of('warning'), 'warning'),
    counted(of('info'), 'note'),
  ].filter((part) => part !== '');
  const last = parts.pop() ?? '';
  const text = parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
  return `${text} ${warnings.length === 1 ? 'has' : 'have'} been`;
}

function counted(number: number, noun: string): string {
  return number === 0 ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;
}
