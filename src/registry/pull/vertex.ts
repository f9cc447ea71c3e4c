// Pulling as steps of the progress.

import { type EventSink, messageOf, type VertexId } from '../../core/index.ts';

/** How a step is told of. */
export interface Telling {
  readonly onEvent: EventSink;
  readonly signal: AbortSignal;
}

/** Milliseconds: builds keep their events. */
const betweenEvents = 100;

/** Runs `work` as a step; `cached` says of its result that nothing had to be done. */
export async function asVertex<T>(
  vertex: VertexId,
  { onEvent, signal }: Telling,
  work: (progress: (label: string, current: number, total: number) => void) => Promise<T>,
  cached: (result: T) => boolean = () => false,
): Promise<T> {
  const time = (): { readonly time: number } => ({ time: Date.now() });
  let told = 0;
  onEvent({ kind: 'vertex-started', vertex, ...time() });
  try {
    const result = await work((label, current, total) => {
      const now = Date.now();
      if (now - told < betweenEvents && current < total) return;
      told = now;
      onEvent({ kind: 'progress', vertex, label, current, total, unit: 'bytes', time: now });
    });
    onEvent({ kind: 'vertex-ended', vertex, outcome: cached(result) ? 'cached' : 'done', ...time() });
    return result;
  } catch (error) {
    const ended = signal.aborted
      ? ({ outcome: 'cancelled' } as const)
      : ({ outcome: 'failed', error: messageOf(error) } as const);
    onEvent({ kind: 'vertex-ended', vertex, ...ended, ...time() });
    throw error;
  }
}

/** Says that steps are to come. */
export function planVertices(vertices: readonly VertexId[], { onEvent }: Telling): void {
  for (const vertex of vertices)
    onEvent({ kind: 'vertex-planned', vertex, name: vertex, inputs: [], time: Date.now() });
}
