// `caisson du`

import { Command } from 'commander';
import type { UsageLine } from '../../engine/index.ts';
import { withEngine } from '../session.ts';
import { type Column, renderRows } from '../table.ts';
import { humanSize } from '../ui/text.ts';

const columns: readonly Column<UsageLine>[] = [
  { title: 'TYPE', field: 'Type', value: ({ kind }) => kind },
  { title: 'TOTAL', field: 'TotalCount', value: ({ total }) => String(total) },
  { title: 'ACTIVE', field: 'Active', value: ({ active }) => String(active) },
  { title: 'SIZE', field: 'Size', value: ({ size }) => humanSize(size) },
  {
    title: 'RECLAIMABLE',
    field: 'Reclaimable',
    value: ({ reclaimable, size }) =>
      `${humanSize(reclaimable)}${size > 0 ? ` (${Math.round((100 * reclaimable) / size)}%)` : ''}`,
  },
];

/** Shows what takes how much space. */
export function command(): Command {
  return new Command()
    .option('--format <format>', 'table, json, or a template')
    .action(({ format }: { readonly format?: string }, self: Command) =>
      withEngine(self, async (engine) => {
        process.stdout.write(renderRows(await engine.system.usage(), columns, format));
      }),
    );
}
