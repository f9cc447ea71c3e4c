// The events of one build's steps: each step is planned once, starts at most once and ends exactly once.

import type { EventSink, VertexId, VertexOutcome } from '../../core/index.ts';
import { inputsOf } from '../graph/index.ts';
import type { StepGraph, Vertex } from '../types.ts';

/** Reports what happens to the steps of one build. */
export interface Progress {
  started(vertex: Vertex): void;
  ended(vertex: Vertex, outcome: VertexOutcome, error?: string): void;
  log(vertex: Vertex, stream: 'stdout' | 'stderr', data: Uint8Array): void;
  /** Bytes of work within a step. */
  advanced(vertex: Vertex, label: string, current: number, total: number | undefined): void;
  missed(vertex: Vertex, reasons: readonly string[]): void;
  /** The cache outside of the store that a result comes from. */
  found(vertex: Vertex, from: string): void;
  /** Whether the step is shown and has not ended. */
  isOpen(vertex: Vertex): boolean;
  /** Ends every step that has not ended: `cached` when the build succeeded, else `cancelled`. */
  finish(succeeded: boolean): void;
  readonly counts: { readonly ran: number; readonly cached: number };
}

/** Announces all shown steps of `graph` and returns the reporter of their fate. */
export function reportProgress(graph: StepGraph, onEvent: EventSink): Progress {
  const open = new Map<VertexId, Vertex>();
  const begun = new Set<VertexId>();
  const counts = { ran: 0, cached: 0 };
  for (const vertex of shown(graph)) {
    open.set(vertex.id, vertex);
    const inputs = shownInputs(graph, vertex);
    onEvent({ kind: 'vertex-planned', vertex: vertex.id, name: vertex.name, inputs, time: Date.now() });
  }
  const ended: Progress['ended'] = (vertex, outcome, error) => {
    if (!open.delete(vertex.id)) return;
    if (isStep(vertex) && outcome === 'done') counts.ran += 1;
    if (isStep(vertex) && outcome === 'cached') counts.cached += 1;
    const detail = error === undefined ? {} : { error };
    onEvent({ kind: 'vertex-ended', vertex: vertex.id, outcome, ...detail, time: Date.now() });
  };
  return {
    started(vertex) {
      if (!open.has(vertex.id) || begun.has(vertex.id)) return;
      begun.add(vertex.id);
      onEvent({ kind: 'vertex-started', vertex: vertex.id, time: Date.now() });
    },
    ended,
    log: (vertex, stream, data) =>
      onEvent({ kind: 'log', vertex: vertex.id, stream, data, time: Date.now() }),
    advanced: (vertex, label, current, total) =>
      onEvent({
        kind: 'progress',
        vertex: vertex.id,
        label,
        current,
        ...(total === undefined ? {} : { total }),
        unit: 'bytes',
        time: Date.now(),
      }),
    missed: (vertex, reasons) => onEvent({ kind: 'miss', vertex: vertex.id, reasons, time: Date.now() }),
    found: (vertex, from) => onEvent({ kind: 'hit', vertex: vertex.id, from, time: Date.now() }),
    isOpen: (vertex) => open.has(vertex.id),
    finish(succeeded) {
      for (const vertex of open.values()) ended(vertex, succeeded ? 'cached' : 'cancelled');
    },
    counts,
  };
}

function isStep(vertex: Vertex): boolean {
  return vertex.kind === 'exec' || vertex.kind === 'copy' || vertex.kind === 'mkdir';
}

function shown(graph: StepGraph): readonly Vertex[] {
  return [...graph.vertices.values()].filter(({ kind }) => kind !== 'config' && kind !== 'merge');
}

/** Inputs as people see them: what only changes the config is passed over. */
function shownInputs(graph: StepGraph, vertex: Vertex): readonly VertexId[] {
  return inputsOf(vertex).flatMap((id) => {
    const input = graph.vertices.get(id);
    return input?.kind === 'config' || input?.kind === 'merge' ? shownInputs(graph, input) : [id];
  });
}
