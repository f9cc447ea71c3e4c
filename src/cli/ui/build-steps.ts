// The steps of a build as a table, from its events.

import type { ProgressEvent } from '../../core/index.ts';
import { renderRows } from '../table.ts';
import { fit, safeText } from './text.ts';

interface ShownStep {
  readonly name: string;
  started?: number;
  status: string;
  time: string;
  lines: number;
}

/** A table of step, status, time and lines of output; steps are in the order they were planned. */
export async function stepTable(events: AsyncIterable<ProgressEvent>): Promise<string> {
  const steps = new Map<string, ShownStep>();
  for await (const event of events) note(steps, event);
  return renderRows(
    [...steps.values()],
    [
      { title: 'STEP', field: 'Step', value: ({ name }) => fit(safeText(name), 70) },
      { title: 'STATUS', field: 'Status', value: ({ status }) => status },
      { title: 'TIME', field: 'Time', value: ({ time }) => time },
      { title: 'LINES', field: 'Lines', value: ({ lines }) => (lines === 0 ? '' : String(lines)) },
    ],
    'table',
  );
}

/** `0.3s`, `2m05s` */
export function seconds(milliseconds: number): string {
  const total = milliseconds / 1000;
  if (total < 60) return `${total.toFixed(1)}s`;
  return `${Math.floor(total / 60)}m${String(Math.floor(total % 60)).padStart(2, '0')}s`;
}

function note(steps: Map<string, ShownStep>, event: ProgressEvent): void {
  if (event.kind === 'vertex-planned')
    steps.set(event.vertex, { name: event.name, status: '', time: '', lines: 0 });
  const step = 'vertex' in event && event.vertex ? steps.get(event.vertex) : undefined;
  if (!step) return;
  if (event.kind === 'vertex-started') step.started = event.time;
  if (event.kind === 'log') step.lines += event.data.filter((byte) => byte === 0x0a).length;
  if (event.kind !== 'vertex-ended') return;
  step.status = event.outcome;
  if (step.started !== undefined) step.time = seconds(event.time - step.started);
}
