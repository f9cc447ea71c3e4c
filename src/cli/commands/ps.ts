// `caisson ps`

import { Command } from 'commander';
import type { ContainerRecord } from '../../store/index.ts';
import { withEngine } from '../session.ts';
import { type Column, renderRows } from '../table.ts';
import { fit, humanDuration } from '../ui/text.ts';

interface PsFlags {
  readonly all?: boolean;
  readonly quiet?: boolean;
  readonly trunc: boolean;
  readonly format?: string;
}

/** Lists containers: the running ones, or all. */
export function command(): Command {
  return new Command()
    .option('-a, --all', 'Stopped ones too')
    .option('-q, --quiet', 'Only ids')
    .option('--no-trunc', 'Nothing cut off')
    .option('--format <format>', 'table, json, or a template like {{.Names}}')
    .action((flags: PsFlags, self: Command) =>
      withEngine(self, async (engine) => {
        const containers = (await engine.containers.list()).filter(
          (container) => flags.all || container.state.status === 'running',
        );
        const columns = columnsFor(flags.trunc);
        process.stdout.write(renderRows(containers, columns, flags.quiet ? '{{.ID}}' : flags.format));
      }),
    );
}

function columnsFor(cut: boolean): readonly Column<ContainerRecord>[] {
  return [
    { title: 'CONTAINER ID', field: 'ID', value: ({ id }) => (cut ? id.slice(0, 12) : id) },
    { title: 'IMAGE', field: 'Image', value: ({ image }) => image.reference },
    {
      title: 'COMMAND',
      field: 'Command',
      value: (container) => `"${cut ? fit(commandOf(container), 20) : commandOf(container)}"`,
    },
    {
      title: 'CREATED',
      field: 'CreatedAt',
      value: ({ created }) => `${humanDuration(Date.now() - created)} ago`,
    },
    { title: 'STATUS', field: 'Status', value: statusOf },
    { title: 'PORTS', field: 'Ports', value: portsOf },
    { title: 'NAMES', field: 'Names', value: ({ name }) => name },
  ];
}

function commandOf({ command }: ContainerRecord): string {
  return command.join(' ');
}

function statusOf({ state }: ContainerRecord): string {
  const since = (time: number | undefined) => humanDuration(Date.now() - (time ?? Date.now()));
  if (state.status === 'running') return `Up ${since(state.startedAt)}`;
  if (state.status === 'exited') return `Exited (${state.exitCode ?? 0}) ${since(state.finishedAt)} ago`;
  return state.status === 'created' ? 'Created' : state.status;
}

function portsOf({ ports }: ContainerRecord): string {
  return ports
    .map(
      ({ hostAddress, hostPort, containerPort, protocol }) =>
        `${hostAddress ?? '0.0.0.0'}:${hostPort}->${containerPort}/${protocol}`,
    )
    .join(', ');
}
