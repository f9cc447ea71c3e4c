// Tables with columns as Docker's, and its `--format`: `json`, or a template of `{{.Field}}`s.

import { CaissonError } from '../core/index.ts';
import { expandTemplate } from './template.ts';
import { safeText } from './ui/text.ts';

/** A row by column title; titles are Docker's (`IMAGE ID`), template fields its Go names (`.ID`). */
export interface Column<T> {
  readonly title: string;
  readonly field: string;
  readonly value: (row: T) => string;
  /** Only for templates and JSON. */
  readonly hidden?: true;
}

/** The rows as `format` asks: undefined or `table` for an aligned table, `json` for a JSON object a line, else a template. Throws `TEMPLATE_INVALID`. */
export function renderRows<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  format: string | undefined,
): string {
  if (format === undefined || format === 'table')
    return renderTable(
      rows,
      columns.filter(({ hidden }) => !hidden),
    );
  const [chosen, withTitles] = format.startsWith('table ') ? [format.slice(6), true] : [format, false];
  const cells = (row: T) => Object.fromEntries(columns.map(({ field, value }) => [field, value(row)]));
  if (chosen === 'json') return rows.map((row) => `${JSON.stringify(cells(row))}\n`).join('');
  requireFields(chosen, columns);
  const lines = rows.map((row) => expandTemplate(chosen, cells(row)));
  const titles = Object.fromEntries(columns.map(({ field, title }) => [field, title]));
  return [...(withTitles ? [expandTemplate(chosen, titles)] : []), ...lines]
    .map((line) => `${line}\n`)
    .join('');
}

/** As Docker, also where there are no rows: a field that no row has is a mistake in the template. */
function requireFields<T>(template: string, columns: readonly Column<T>[]): void {
  const fields = columns.map(({ field }) => field);
  for (const [, name = ''] of template.matchAll(/\{\{\s*(?:\w+\s+)?\.(\w+)/g)) {
    if (fields.includes(name)) continue;
    throw new CaissonError('TEMPLATE_INVALID', `There is no field "${name}"`, {
      hint: `The fields are ${fields.join(', ')}.`,
    });
  }
}

function renderTable<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ value }) => safeText(value(row)))),
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
