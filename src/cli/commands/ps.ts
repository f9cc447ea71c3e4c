// `caisson ps`

import { Command } from 'commander';
import type { ContainerRecord } from '../../store/index.ts';
import { containerColumns, containerFilters } from '../containers.ts';
import { collect, parseWhole } from '../options/collect.ts';
import { filterBy } from '../options/filters.ts';
import { withEngine } from '../session.ts';
import { renderRows } from '../table.ts';

interface PsFlags {
  readonly all?: boolean;
  readonly quiet?: boolean;
  readonly trunc: boolean;
  readonly format?: string;
  readonly filter?: readonly string[];
  readonly last?: number;
  readonly latest?: boolean;
}

/** Lists containers: the running ones, or all. */
export function command(): Command {
  return new Command()
    .option('-a, --all', 'Stopped ones too')
    .option('-q, --quiet', 'Only ids')
    .option('-f, --filter <name=value>', 'Only those with this name, id, status, label, ancestor …', collect)
    .option('-n, --last <number>', 'The last created ones', parseWhole)
    .option('-l, --latest', 'The last created one')
    .option('--no-trunc', 'Nothing cut off')
    .option('--format <format>', 'table, json, or a template like {{.Names}}')
    .action((flags: PsFlags, self: Command) =>
      withEngine(self, async (engine) => {
        const containers = chosen(await engine.containers.list(), flags);
        const format = flags.quiet ? '{{.ID}}' : flags.format;
        process.stdout.write(renderRows(containers, containerColumns(flags.trunc), format));
      }),
    );
}

/** Filters for a status, and asking for the last ones, mean stopped ones too. */
function chosen(all: readonly ContainerRecord[], flags: PsFlags): readonly ContainerRecord[] {
  const { filter = [], latest, last = latest ? 1 : undefined } = flags;
  const stoppedToo = flags.all || last !== undefined || filter.some((text) => /^(status|exited)=/.test(text));
  return all
    .filter(({ state }) => stoppedToo || state.status === 'running')
    .filter(filterBy(filter, containerFilters))
    .slice(0, last);
}
