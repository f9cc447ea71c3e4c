// `caisson search TERM`

import { Command } from 'commander';
import { CaissonError, parseGoBoolean } from '../../core/index.ts';
import type { FoundRepository } from '../../engine/index.ts';
import { collect, parseWhole } from '../options/collect.ts';
import { type Filters, filterBy } from '../options/filters.ts';
import { addReachOptions, type ReachFlags, withRegistry } from '../options/reach.ts';
import { type Column, renderRows } from '../table.ts';

interface SearchFlags extends ReachFlags {
  readonly limit: number;
  readonly filter?: readonly string[];
  readonly format?: string;
  readonly trunc: boolean;
}

/** Lists repositories of a registry that match a term. */
export function command(): Command {
  return addReachOptions(
    new Command()
      .argument('<term>', 'What to look for on Docker Hub, or behind HOST/ on another registry')
      .option('-f, --filter <name=value>', 'Only those with so many stars, is-official=true', collect)
      .option('--format <format>', 'table, json, or a template like {{.Name}}')
      .option('--limit <number>', 'At most so many, from 1 to 100', parseWhole, 25)
      .option('--no-trunc', 'Nothing cut off'),
  ).action((term: string, { limit, filter = [], format, trunc, ...reach }: SearchFlags, self: Command) =>
    withRegistry(self, reach, async (engine, request) => {
      const wanted = filterBy(filter, filters);
      const found = await engine.registry.search(term, { ...request, limit });
      process.stdout.write(renderRows(found.filter(wanted), columnsFor(trunc, format === 'json'), format));
    }),
  );
}

const filters: Filters<FoundRepository> = {
  stars: ({ stars }, value) => {
    if (!/^\d+$/.test(value)) throw invalid(`stars=${value}`, 'It is a whole number.');
    return stars >= Number(value);
  },
  'is-official': ({ official }, value) => official === booleanOf('is-official', value),
  // Docker Hub has no automated builds any more.
  'is-automated': (_, value) => !booleanOf('is-automated', value),
};

function booleanOf(name: string, value: string): boolean {
  const parsed = parseGoBoolean(value);
  if (parsed === undefined) throw invalid(`${name}=${value}`, 'It is true or false.');
  return parsed;
}

function invalid(filter: string, hint: string): CaissonError {
  return new CaissonError('FILTER_INVALID', `The filter "${filter}" is not understood`, { hint });
}

/** JSON has words where the table has marks. */
function columnsFor(cut: boolean, json: boolean): readonly Column<FoundRepository>[] {
  const shown = (text: string) => {
    const line = text.replace(/\s+/g, ' ').trim();
    return cut && line.length > 45 ? `${line.slice(0, 44)}…` : line;
  };
  const mark = (value: boolean) => (json ? String(value) : value ? '[OK]' : '');
  return [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'DESCRIPTION', field: 'Description', value: ({ description }) => shown(description) },
    { title: 'STARS', field: 'StarCount', value: ({ stars }) => String(stars) },
    { title: 'OFFICIAL', field: 'IsOfficial', value: ({ official }) => mark(official) },
    { title: 'AUTOMATED', field: 'IsAutomated', value: () => mark(false), hidden: true },
  ];
}
