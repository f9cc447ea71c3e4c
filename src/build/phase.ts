// Work of a build that is no step of its graph, shown like one.

import { type EventSink, messageOf, type VertexId } from '../core/index.ts';

/** Runs `work` as a vertex of the progress with this name. */
export async function withVertex<T>(
  onEvent: EventSink,
  name: string,
  work: (vertex: VertexId) => Promise<T>,
): Promise<T> {
  onEvent({ kind: 'vertex-planned', vertex: name, name, inputs: [], time: Date.now() });
  onEvent({ kind: 'vertex-started', vertex: name, time: Date.now() });
  try {
    const result = await work(name);
    onEvent({ kind: 'vertex-ended', vertex: name, outcome: 'done', time: Date.now() });
    return result;
  } catch (error) {
    const message = messageOf(error);
    onEvent({ kind: 'vertex-ended', vertex: name, outcome: 'failed', error: message, time: Date.now() });
    throw error;
  }
}
