// Paths of rows while they are passed in their order: those of the directories on the way are held, no others.

import type { FileTable } from './file-table.ts';

/** Puts paths together for the rows of `table`, asked for in order; one that was selected itself has the path given with it. */
export class RowPaths {
  readonly #table: FileTable;
  readonly #rows: number[] = [];
  readonly #paths: string[] = [];

  constructor(table: FileTable) {
    this.#table = table;
  }

  /** The path of `row`, below that of its directory, or `top`. */
  path(row: number, top: string): string {
    const table = this.#table;
    const parent = table.parent(row);
    const path = parent < 0 ? top : joined(this.#directory(parent), table.name(row));
    if (table.type(row) === 'directory') {
      this.#rows.push(row);
      this.#paths.push(path);
    }
    return path;
  }

  /** The path of the directory `row`: whatever was entered after it has been left. */
  #directory(row: number): string {
    while (this.#rows.length > 0 && this.#rows.at(-1) !== row) {
      this.#rows.pop();
      this.#paths.pop();
    }
    return this.#paths.at(-1) ?? '';
  }
}

/** The path of a single row, as {@link RowPaths} has it. */
export function pathOf(table: FileTable, row: number, top: string): string {
  const parent = table.parent(row);
  return parent < 0 ? top : joined(pathOf(table, parent, top), table.name(row));
}

function joined(directory: string, name: string): string {
  if (directory === '') return name;
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}
