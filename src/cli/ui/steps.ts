// The state of a build as the terminal view shows it: a pure fold over the events.

import type { ProgressEvent, VertexId, VertexOutcome } from '../../core/index.ts';
import { safeText } from './text.ts';

/** Lines of output kept of each step, its first and its last. */
const kept = { head: 10, tail: 40 };

/** One step and how far it is; times in milliseconds since the epoch. */
export interface StepView {
  readonly id: VertexId;
  readonly name: string;
  readonly status: 'waiting' | 'running' | VertexOutcome;
  readonly started: number | undefined;
  readonly ended: number | undefined;
  /** The first and the last lines of output, with `dropped` ones between them; the last one may be unfinished. */
  readonly log: readonly string[];
  readonly dropped: number;
  readonly progress:
    | {
        readonly label: string;
        readonly current: number;
        readonly total?: number;
        readonly unit: 'bytes' | 'items';
      }
    | undefined;
  readonly error: string | undefined;
  readonly misses: readonly string[];
}

/** All steps in the order they were planned. */
export interface StepsView {
  readonly steps: readonly StepView[];
  readonly warnings: readonly string[];
}

/** The state before the first event. */
export const noSteps: StepsView = { steps: [], warnings: [] };

/** The state after `event`. */
export function reduceSteps(view: StepsView, event: ProgressEvent): StepsView {
  switch (event.kind) {
    case 'vertex-planned':
      if (view.steps.some((step) => step.id === event.vertex)) return view;
      return { ...view, steps: [...view.steps, waiting(event.vertex, event.name)] };
    case 'vertex-started':
      return change(view, event.vertex, () => ({ status: 'running', started: event.time }));
    case 'vertex-ended':
      return change(view, event.vertex, () => ({
        status: event.outcome,
        ended: event.time,
        error: event.error,
        progress: undefined,
      }));
    case 'log':
      return change(view, event.vertex, (step) => appended(step, event.data));
    case 'progress':
      return change(view, event.vertex, () => ({ progress: event }));
    case 'miss':
      return change(view, event.vertex, () => ({ misses: event.reasons }));
    case 'hit':
      return view;
    case 'kept':
      return view;
    case 'warning':
      // What checks find is listed after the view.
      if (event.rule !== undefined) return view;
      return { ...view, warnings: [...view.warnings, event.message] };
  }
}

function waiting(id: VertexId, name: string): StepView {
  return {
    id,
    name,
    status: 'waiting',
    started: undefined,
    ended: undefined,
    log: [],
    dropped: 0,
    progress: undefined,
    error: undefined,
    misses: [],
  };
}

function change(view: StepsView, vertex: VertexId, how: (step: StepView) => Partial<StepView>): StepsView {
  const known = view.steps.some((step) => step.id === vertex)
    ? view.steps
    : [...view.steps, waiting(vertex, vertex)];
  return { ...view, steps: known.map((step) => (step.id === vertex ? { ...step, ...how(step) } : step)) };
}

function appended({ log, dropped }: StepView, data: Uint8Array): Pick<StepView, 'log' | 'dropped'> {
  const [first = '', ...rest] = Buffer.from(data).toString('utf8').split('\n');
  const joined = [...log.slice(0, -1), (log.at(-1) ?? '') + first, ...rest];
  const excess = joined.length - kept.head - kept.tail;
  if (excess <= 0) return { log: joined, dropped };
  return { log: [...joined.slice(0, kept.head), ...joined.slice(-kept.tail)], dropped: dropped + excess };
}

/** How many lines of output are shown from the start and from the end. */
export interface LogExtent {
  readonly head: number;
  readonly tail: number;
}

/** A step's output as it is shown: safe, without the empty end; where lines are left out, one line says how many. */
export function shownLog({ log, dropped }: StepView, { head, tail }: LogExtent): readonly string[] {
  const lines = log.map(safeText);
  while (lines.at(-1) === '') lines.pop();
  const hidden = lines.length + dropped - head - tail;
  if (hidden <= 1 && dropped === 0) return lines;
  return [
    ...lines.slice(0, head),
    `… ${hidden} lines, kept whole: caisson builds logs`,
    ...lines.slice(-tail),
  ];
}
