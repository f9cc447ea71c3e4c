// Tables with columns as Docker's, and its `--format`: `json`, or a template of `{{.Field}}`s.

import { CaissonError } from '../core/index.ts';

/** A row by column title; titles are Docker's (`IMAGE ID`), template fields its Go names (`.ID`). */
export interface Column<T> {
  readonly title: string;
  readonly field: string;
  readonly value: (row: T) => string;
}

/** The rows as `format` asks: undefined or `table` for an aligned table, `json` for a JSON object a line, else a template. */
export function renderRows<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  format: string | undefined,
): string {
  if (format === undefined || format === 'table') return renderTable(rows, columns);
  const [chosen, withTitles] = format.startsWith('table ') ? [format.slice(6), true] : [format, false];
  const cells = (row: T) => Object.fromEntries(columns.map(({ field, value }) => [field, value(row)]));
  if (chosen === 'json') return rows.map((row) => `${JSON.stringify(cells(row))}\n`).join('');
  const lines = rows.map((row) => expandTemplate(chosen, cells(row)));
  const titles = Object.fromEntries(columns.map(({ field, title }) => [field, title]));
  return [...(withTitles ? [expandTemplate(chosen, titles)] : []), ...lines]
    .map((line) => `${line}\n`)
    .join('');
}

function renderTable<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ value }) => value(row))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** Replaces `{{.A.B}}` and `{{json .A}}` by fields of `value`; throws `TEMPLATE_INVALID` for what is not of these. */
export function expandTemplate(template: string, value: unknown): string {
  return template
    .replace(/\\t/g, '\t')
    .replace(/\\n/g, '\n')
    .replace(/\{\{([^}]*)\}\}/g, (_, action: string) => evaluate(action.trim(), value));
}

function evaluate(action: string, value: unknown): string {
  const match = /^(json\s+)?\.([\w.]*)$/.exec(action);
  if (!match)
    throw new CaissonError('TEMPLATE_INVALID', `The template action "{{${action}}}" is not understood`, {
      hint: 'Use {{.Field}}, {{.Field.Inner}} or {{json .Field}}.',
    });
  const found = (match[2] ?? '')
    .split('.')
    .filter(Boolean)
    .reduce<unknown>((inner, name) => member(inner, name), value);
  if (match[1]) return JSON.stringify(found ?? null);
  return typeof found === 'object' && found !== null ? JSON.stringify(found) : String(found ?? '<no value>');
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
