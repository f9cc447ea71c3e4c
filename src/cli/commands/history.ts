// `caisson history IMAGE`

import { Command } from 'commander';
import type { HistoryLine } from '../../engine/index.ts';
import { withEngine } from '../session.ts';
import { type Column, renderRows } from '../table.ts';
import { fit, humanDuration, humanSize, safeText } from '../ui/text.ts';

/** Lists the steps an image is made of, newest first. */
export function command(): Command {
  return new Command()
    .argument('<image>', 'Image by name or id')
    .option('-q, --quiet', 'Only ids')
    .option('--no-trunc', 'Nothing cut off')
    .option('--format <format>', 'table, json, or a template like {{.CreatedBy}}')
    .action(
      (
        image: string,
        flags: { readonly quiet?: boolean; readonly trunc: boolean; readonly format?: string },
        self: Command,
      ) =>
        withEngine(self, async (engine) => {
          const lines = await engine.images.history(image);
          process.stdout.write(
            renderRows(lines, columnsFor(flags.trunc), flags.quiet ? '{{.ID}}' : flags.format),
          );
        }),
    );
}

function columnsFor(cut: boolean): readonly Column<HistoryLine>[] {
  return [
    {
      title: 'IMAGE',
      field: 'ID',
      value: ({ id }) => (id === undefined ? '<missing>' : cut ? id.replace('sha256:', '').slice(0, 12) : id),
    },
    {
      title: 'CREATED',
      field: 'CreatedSince',
      value: ({ created }) => (created ? `${humanDuration(Date.now() - Date.parse(created))} ago` : 'N/A'),
    },
    {
      title: 'CREATED BY',
      field: 'CreatedBy',
      value: ({ createdBy }) => (cut ? fit(safeText(createdBy), 45) : safeText(createdBy)),
    },
    { title: 'SIZE', field: 'Size', value: ({ size }) => humanSize(size) },
    { title: 'COMMENT', field: 'Comment', value: ({ comment }) => comment },
  ];
}
