// A finding as text: where it is, the source line with a caret, and what to do.

import type { Diagnostic } from './diagnostic.ts';

/** How to render. */
export interface RenderOptions {
  readonly filename?: string;
  readonly color?: boolean;
}

const widest = 160;

/** Renders `file:line:column: error: message`, the line, a caret under the place, and the hint. */
export function renderDiagnostic(
  source: string,
  diagnostic: Omit<Diagnostic, 'code'>,
  options: RenderOptions = {},
): string {
  const { filename = 'Dockerfile', color = false } = options;
  const { severity, message, hint, range } = diagnostic;
  const paint = color ? painted : plain;
  const place = `${escapeControls(filename)}:${range.start.line}:${range.start.column}`;
  const kind = severity === 'error' ? paint(31, 'error') : paint(33, 'warning');
  const head = `${paint(1, `${place}:`)} ${kind}: ${escapeControls(message)}`;
  const excerpt = excerptOf(source, diagnostic, (text) => paint(31, text));
  return [head, ...excerpt, ...(hint ? [`  ${paint(36, 'hint')}: ${escapeControls(hint)}`] : [])].join('\n');
}

/** Replaces what a terminal would obey: control characters, and those that turn the direction of text. */
export function escapeControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    if (character === '\t') return ' ';
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

function excerptOf(
  source: string,
  { range }: Omit<Diagnostic, 'code'>,
  paint: (text: string) => string,
): readonly string[] {
  const { line, column, offset } = range.start;
  const start = offset - (column - 1);
  const feed = source.indexOf('\n', start);
  const text = source.slice(start, feed < 0 ? undefined : feed).replace(/\r+$/, '');
  if (text === '') return [];
  // Of a very long line only the part around the place is shown.
  const from = column - 1 > widest / 2 ? column - 1 - widest / 4 : 0;
  const before = escapeControls(text.slice(from, column - 1));
  const end = range.end.line === line ? range.end.column - 1 : text.length;
  const marked = escapeControls(text.slice(column - 1, Math.min(end, from + widest)));
  const after = escapeControls(text.slice(Math.min(end, from + widest), from + widest));
  const gutter = `${line}`;
  const caret = `${' '.repeat(width(before))}${paint('^'.padEnd(Math.max(1, width(marked)), '~'))}`;
  return [`  ${gutter} | ${before}${marked}${after}`, `  ${' '.repeat(gutter.length)} | ${caret}`];
}

// Columns on a terminal: wide East Asian characters and emoji take two, combining marks none.
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{M}|\u200d/u.test(character)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return columns;
}

function painted(code: number, text: string): string {
  return `\u001b[${code}m${text}\u001b[0m`;
}

function plain(_: number, text: string): string {
  return text;
}
