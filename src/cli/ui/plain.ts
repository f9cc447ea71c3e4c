// Events as plain lines, in the manner of BuildKit: `#3 0.120 text`, `#3 DONE 0.4s`.

import type { EventSink, ProgressEvent, VertexId } from '../../core/index.ts';
import { safeText } from './text.ts';

interface Step {
  readonly number: number;
  readonly name: string;
  started: number;
  partial: string;
}

/** A reader that writes lines; steps are numbered in the order they start. */
export function plainPrinter(write: (line: string) => void): EventSink {
  const names = new Map<VertexId, string>();
  const steps = new Map<VertexId, Step>();

  const stepOf = (event: ProgressEvent & { readonly vertex: VertexId }): Step => {
    const known = steps.get(event.vertex);
    if (known) return known;
    const step = {
      number: steps.size + 1,
      name: names.get(event.vertex) ?? event.vertex,
      started: event.time,
      partial: '',
    };
    steps.set(event.vertex, step);
    write(`#${step.number} ${safeText(step.name)}\n`);
    return step;
  };

  /** `#3 `, or nothing where it is about no step. */
  const stepMark = (vertex: VertexId | undefined, time: number): string =>
    vertex === undefined ? '' : `#${stepOf({ kind: 'vertex-started', vertex, time }).number} `;

  return (event) => {
    switch (event.kind) {
      case 'vertex-planned':
        names.set(event.vertex, event.name);
        break;
      case 'vertex-started':
        stepOf(event).started = event.time;
        break;
      case 'log':
        writeLog(write, stepOf(event), event.data, event.time);
        break;
      case 'vertex-ended':
        writeEnd(write, stepOf(event), event);
        break;
      case 'progress':
        if (event.total !== undefined && event.current === event.total)
          write(`#${stepOf(event).number} ${event.label} ${event.current} ${event.unit}\n`);
        break;
      case 'miss':
        for (const reason of event.reasons)
          write(`#${stepOf({ ...event, vertex: event.vertex }).number} MISS ${safeText(reason)}\n`);
        break;
      case 'hit':
        write(`#${stepOf(event).number} HIT ${safeText(event.from)}\n`);
        break;
      case 'warning':
        write(`${stepMark(event.vertex, event.time)}WARN: ${safeText(event.message)}\n`);
        break;
    }
  };
}

function writeLog(write: (line: string) => void, step: Step, data: Uint8Array, time: number): void {
  const lines = (step.partial + Buffer.from(data).toString('utf8')).split('\n');
  step.partial = lines.pop() ?? '';
  const seconds = ((time - step.started) / 1000).toFixed(3);
  for (const line of lines) write(`#${step.number} ${seconds} ${safeText(line)}\n`);
}

function writeEnd(
  write: (line: string) => void,
  step: Step,
  event: ProgressEvent & { readonly kind: 'vertex-ended' },
): void {
  const seconds = ((event.time - step.started) / 1000).toFixed(1);
  if (step.partial) write(`#${step.number} ${seconds} ${safeText(step.partial)}\n`);
  step.partial = '';
  const outcomes = {
    done: `DONE ${seconds}s`,
    cached: 'CACHED',
    cancelled: 'CANCELED',
    failed: `ERROR: ${safeText(event.error ?? 'failed')}`,
  } as const;
  write(`#${step.number} ${outcomes[event.outcome]}\n\n`);
}
