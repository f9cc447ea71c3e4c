// Containers as rows of a table, and what they can be filtered by.

import type { ContainerRequest } from '../engine/index.ts';
import type { ContainerRecord } from '../store/index.ts';
import { type Filters, hasLabel } from './options/filters.ts';
import type { Column } from './table.ts';
import { dockerTime, fit, humanDuration } from './ui/text.ts';

/** Docker's columns and fields; `cut` shortens ids and commands. */
export function containerColumns(cut: boolean): readonly Column<ContainerRecord>[] {
  const hidden = (field: string, value: (container: ContainerRecord) => string) =>
    ({ title: field.toUpperCase(), field, value, hidden: true }) as const;
  return [
    { title: 'CONTAINER ID', field: 'ID', value: ({ id }) => (cut ? id.slice(0, 12) : id) },
    { title: 'IMAGE', field: 'Image', value: ({ image }) => image.reference },
    { title: 'COMMAND', field: 'Command', value: (container) => commandOf(container, cut) },
    { title: 'CREATED', field: 'RunningFor', value: ({ created }) => `${since(created)} ago` },
    { title: 'STATUS', field: 'Status', value: statusOf },
    { title: 'PORTS', field: 'Ports', value: portsOf },
    { title: 'NAMES', field: 'Names', value: ({ name }) => name },
    hidden('CreatedAt', ({ created }) => dockerTime(created)),
    hidden('State', ({ state }) => state.status),
    hidden('Labels', (container) => pairsOf(requestOf(container).labels)),
    hidden('Networks', (container) => requestOf(container).network),
    hidden('Mounts', (container) => mountsOf(container).join(',')),
  ];
}

/** What `--filter` of `ps` knows. */
export const containerFilters: Filters<ContainerRecord> = {
  id: ({ id }, value) => id.startsWith(value),
  name: ({ name }, value) => new RegExp(value.replace(/^\//, '')).test(name),
  status: ({ state }, value) => state.status === value,
  exited: ({ state }, value) => state.status === 'exited' && String(state.exitCode ?? 0) === value,
  label: (container, value) => hasLabel(requestOf(container).labels, value),
  ancestor: ({ image }, value) =>
    [image.reference, `${image.reference}:latest`].includes(value) ||
    image.id.replace('sha256:', '').startsWith(value.replace('sha256:', '')),
  network: (container, value) => requestOf(container).network === value,
  volume: (container, value) => mountsOf(container).includes(value),
};

function requestOf(container: ContainerRecord): ContainerRequest {
  return container.request as ContainerRequest;
}

function mountsOf(container: ContainerRecord): readonly string[] {
  return requestOf(container).mounts.flatMap((mount) =>
    mount.kind === 'tmpfs' ? [] : [mount.source ?? mount.target],
  );
}

/** Words with blanks are quoted, as Docker does it. */
function commandOf({ command }: ContainerRecord, cut: boolean): string {
  const text = command.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ');
  return `"${(cut ? fit(text, 20) : text).replaceAll('\n', '\\n')}"`;
}

function since(time: number | undefined): string {
  return humanDuration(Date.now() - (time ?? Date.now()));
}

function statusOf({ state }: ContainerRecord): string {
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

function pairsOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
