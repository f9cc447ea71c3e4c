// `caisson volume ls|create|rm`

import { Command } from 'commander';
import { collect, pairs } from '../options/collect.ts';
import { forEachName, withEngine } from '../session.ts';
import { renderRows } from '../table.ts';

/** Lists, makes and removes volumes. */
export function command(): Command {
  return new Command().addCommand(listCommand()).addCommand(createCommand()).addCommand(removeCommand());
}

function listCommand(): Command {
  return new Command('ls')
    .description('List volumes')
    .option('-q, --quiet', 'Only names')
    .option('--format <format>', 'table, json or a template')
    .action((flags: { readonly quiet?: boolean; readonly format?: string }, self: Command) =>
      withEngine(self, async (engine) => {
        const columns = [
          { title: 'DRIVER', field: 'Driver', value: ({ driver }: { readonly driver: string }) => driver },
          { title: 'VOLUME NAME', field: 'Name', value: ({ name }: { readonly name: string }) => name },
        ];
        process.stdout.write(
          renderRows(await engine.volumes.list(), columns, flags.quiet ? '{{.Name}}' : flags.format),
        );
      }),
    );
}

function createCommand(): Command {
  return new Command('create')
    .description('Make a volume')
    .argument('<name>')
    .option('--label <name=value>', 'Set a label', collect)
    .action((name: string, flags: { readonly label?: readonly string[] }, self: Command) =>
      withEngine(self, async (engine) => {
        await engine.volumes.create(name, pairs(flags.label ?? [], false));
        process.stdout.write(`${name}\n`);
      }),
    );
}

function removeCommand(): Command {
  return new Command('rm')
    .description('Remove volumes')
    .argument('<names...>')
    .action((names: readonly string[], _flags: object, self: Command) =>
      withEngine(self, (engine) =>
        forEachName(names, async (name) => {
          await engine.volumes.remove(name);
          return name;
        }),
      ),
    );
}
