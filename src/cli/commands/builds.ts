// `caisson builds ls|show|logs|rm|debug`

import { Command, Option } from 'commander';
import type { Engine } from '../../engine/index.ts';
import type { BuildRecord } from '../../store/index.ts';
import { forEachName, withEngine } from '../session.ts';
import { type Column, renderRows } from '../table.ts';
import { seconds, stepTable } from '../ui/build-steps.ts';
import { openProgress } from '../ui/progress.ts';
import { humanDuration } from '../ui/text.ts';
import { debugCommand } from './builds-debug.ts';

/** Lists the builds that ran here, shows what each did, prints its whole log, forgets it, enters what failed. */
export function command(): Command {
  return new Command()
    .enablePositionalOptions()
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(logsCommand())
    .addCommand(removeCommand())
    .addCommand(debugCommand());
}

function listCommand(): Command {
  return new Command('ls')
    .description('List builds, newest first')
    .option('-q, --quiet', 'Only ids')
    .option('--format <format>', 'table, json, or a template like {{.ID}}')
    .action((flags: { readonly quiet?: boolean; readonly format?: string }, self: Command) =>
      withEngine(self, async (engine) => {
        const all = await engine.builds.list();
        const shown = all.some(({ kept }) => kept !== undefined) ? columns : columns.map(hiddenIfKept);
        process.stdout.write(renderRows(all, shown, flags.quiet ? '{{.ID}}' : flags.format));
      }),
    );
}

function showCommand(): Command {
  return new Command('show')
    .description('Show what a build did, step by step')
    .argument('[id]', 'Build by id (default: the newest)')
    .action((id: string | undefined, _flags: object, self: Command) =>
      withEngine(self, async (engine) => {
        const build = await chosen(engine, id);
        process.stdout.write(describe(build));
        process.stdout.write(await stepTable(engine.builds.events(build.id)));
      }),
    );
}

function logsCommand(): Command {
  return new Command('logs')
    .description('Print the whole log of a build')
    .argument('[id]', 'Build by id (default: the newest)')
    .addOption(
      new Option('--progress <mode>', 'Form of the log')
        .choices(['plain', 'json', 'rawjson'])
        .default('plain'),
    )
    .action((id: string | undefined, { progress }: { readonly progress: 'plain' | 'json' }, self: Command) =>
      withEngine(self, async (engine) => {
        const { onEvent, close } = await openProgress(progress, process.stdout, '');
        for await (const event of engine.builds.events((await chosen(engine, id)).id)) onEvent(event);
        await close();
      }),
    );
}

function removeCommand(): Command {
  return new Command('rm')
    .description('Forget builds and delete their logs')
    .argument('[ids...]')
    .option('-a, --all', 'All builds that do not run')
    .action((ids: readonly string[], { all }: { readonly all?: boolean }, self: Command) =>
      withEngine(self, async (engine) => {
        const ended = async () => (await engine.builds.list()).filter(({ status }) => status !== 'running');
        await forEachName(all ? (await ended()).map(({ id }) => id) : ids, async (id) => {
          return (await engine.builds.remove(id)).id;
        });
      }),
    );
}

async function chosen(engine: Engine, id: string | undefined): Promise<BuildRecord> {
  const newest = id === undefined ? (await engine.builds.list())[0]?.id : id;
  return engine.builds.get(newest ?? '');
}

const columns: readonly Column<BuildRecord>[] = [
  { title: 'BUILD ID', field: 'ID', value: ({ id }) => id },
  { title: 'NAME', field: 'Name', value: ({ name }) => name },
  { title: 'STATUS', field: 'Status', value: ({ status }) => status },
  {
    title: 'CREATED AT',
    field: 'CreatedAt',
    value: ({ started }) => `${humanDuration(Date.now() - started)} ago`,
  },
  { title: 'DURATION', field: 'Duration', value: duration },
  { title: 'STEPS', field: 'Steps', value: ({ steps }) => stepsOf(steps) },
  { title: 'KEPT STEP', field: 'Kept', value: ({ kept = '' }) => kept },
];

/** A column for what hardly any build has is shown only where one has it. */
function hiddenIfKept(column: Column<BuildRecord>): Column<BuildRecord> {
  return column.field === 'Kept' ? { ...column, hidden: true } : column;
}

function duration({ started, ended }: BuildRecord): string {
  return ended === undefined ? '' : seconds(ended - started);
}

function stepsOf(steps: BuildRecord['steps']): string {
  return steps === undefined ? '' : `${steps.total} (${steps.cached} cached)`;
}

function describe(build: BuildRecord): string {
  const lines = {
    Build: build.id,
    Name: build.name,
    Context: build.context,
    Dockerfile: build.dockerfile,
    Target: build.target,
    Started: new Date(build.started).toISOString(),
    Duration: duration(build),
    Status: build.status,
    Error: build.error,
    'Kept step': build.kept,
    Digest: build.digest,
    Steps: stepsOf(build.steps),
  };
  const shown = Object.entries(lines).filter(([, value]) => value);
  return `${shown.map(([title, value]) => `${`${title}:`.padEnd(12)} ${value}\n`).join('')}\n`;
}
