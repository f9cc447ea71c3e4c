// The part of the Dockerfile that a failed step stands in, as BuildKit shows it.

import { CaissonError, type ErrorLocation } from '../core/index.ts';

const context = 2;

/** The same failure with the Dockerfile's lines around its place below what it shows already; others pass as they are. */
export function withSourceLines(error: unknown, source: string): unknown {
  if (!(error instanceof CaissonError) || error.location === undefined) return error;
  const { code, message, hint, cause, location, excerpt } = error;
  const output = excerpt === undefined ? [] : ['------', excerpt, '------'];
  const details = { cause, location, excerpt: [...output, sourceLines(source, location)].join('\n') };
  return new CaissonError(code, message, hint === undefined ? details : { ...details, hint });
}

function sourceLines(source: string, { file, line }: ErrorLocation): string {
  const lines = source.replace(/\r?\n$/, '').split(/\r?\n/);
  const last = lastLine(lines, line);
  const from = Math.max(1, line - context);
  const shown = lines.slice(from - 1, last + context).map((text, index) => {
    const number = from + index;
    const mark = number >= line && number <= last ? '>>>' : '   ';
    return `${String(number).padStart(4)} | ${mark} ${text}`.trimEnd();
  });
  const rule = '-'.repeat(20);
  return [`${file}:${line}`, rule, ...shown, rule].join('\n');
}

/** An instruction goes on where its line ends with the escape character. */
function lastLine(lines: readonly string[], first: number): number {
  let line = first;
  while (/[\\`]\s*$/.test(lines[line - 1] ?? '') && line < lines.length) line += 1;
  return line;
}
