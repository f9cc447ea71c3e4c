// Comma-separated flag values (`--mount=type=cache,target=/x`) as fields with their places.

import type { Flag, Option, OptionsFlag } from '../ast.ts';
import type { Source } from '../source.ts';
import type { Reporter } from './report.ts';

/** Splits a flag's value; fields in double quotes may hold commas, as in CSV. */
export function toOptions(source: Source, flag: Flag, reporter: Reporter): OptionsFlag {
  const { value = '', valueRange = flag.range } = flag;
  const fields = splitFields(value);
  if (typeof fields === 'string') {
    reporter.report('mount-syntax', valueRange, fields);
    return { flag, options: [] };
  }
  const base = valueRange.start.offset - source.position(0).offset;
  const verbatim = source.text.startsWith(value, base);
  const options = fields.map(({ text, start, end }): Option => {
    const [key, content] = cut(text);
    const range = verbatim ? source.range(base + start, base + end) : valueRange;
    return { key: key.toLowerCase(), ...(content !== undefined && { value: content }), range };
  });
  return { flag, options };
}

/** Reports what BuildKit refuses in a mount before variables are expanded. */
export function checkMount({ options }: OptionsFlag, reporter: Reporter): void {
  for (const { key, value, range } of options) {
    if (key === 'from' && value !== undefined && /\$./.test(value)) reporter.report('mount-variable', range);
  }
}

interface Field {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const quotedField = /"((?:[^"]|"")*)"(?=,|$)/y;
const plainField = /[^,"]*(?=,|$)/y;

// A message instead of fields when the text is no CSV record.
function splitFields(text: string): readonly Field[] | string {
  if (text === '') return 'EOF';
  const fields: Field[] = [];
  for (let at = 0; at <= text.length; ) {
    const pattern = text[at] === '"' ? quotedField : plainField;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match)
      return text[at] === '"' ? 'extraneous or missing " in quoted-field' : 'bare " in non-quoted-field';
    const end = at + match[0].length;
    fields.push({ text: match[1]?.replaceAll('""', '"') ?? match[0], start: at, end });
    at = end + 1;
  }
  return fields;
}

function cut(field: string): readonly [string, string | undefined] {
  const at = field.indexOf('=');
  return at < 0 ? [field, undefined] : [field.slice(0, at), field.slice(at + 1)];
}
