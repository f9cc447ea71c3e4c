// Text in columns.

/** Rows with each column as wide as its longest cell and `gap` blanks between; the last one is not filled up. */
export function columns(rows: readonly (readonly string[])[], gap: number): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries())
      widths[index] = Math.max(widths[index] ?? 0, Array.from(cell).length + gap);
  return rows
    .map((row) => `${row.map((cell, index) => filled(cell, row, index, widths)).join('')}\n`)
    .join('');
}

function filled(cell: string, row: readonly string[], index: number, widths: readonly number[]): string {
  if (index === row.length - 1) return cell;
  return cell + ' '.repeat(Math.max(0, (widths[index] ?? 0) - Array.from(cell).length));
}
