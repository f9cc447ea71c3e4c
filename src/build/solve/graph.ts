// Looking up the vertices of a build graph, and putting graphs together.

import type { VertexId } from '../../core/index.ts';
import type { BuildGraph, StepGraph, Vertex } from '../types.ts';

/** The vertex of an id; a graph that lacks it was planned wrongly. */
export function vertexOf(graph: Pick<StepGraph, 'vertices'>, id: VertexId): Vertex {
  const vertex = graph.vertices.get(id);
  if (vertex === undefined) throw new Error(`The build graph lacks vertex ${id}`);
  return vertex;
}

/** The graphs of several platforms as one: a step that several need is solved once. */
export function joinGraphs(graphs: readonly BuildGraph[]): StepGraph {
  const scanned = graphs.flatMap(({ scans = [] }) => scans.flatMap(({ vertex }) => vertex ?? []));
  return {
    // Inputs stay before their users; of equal steps the one with the first platform's name counts.
    vertices: new Map([...graphs.flatMap(({ vertices }) => [...vertices]), ...(graphs[0]?.vertices ?? [])]),
    targets: graphs.map(({ target }) => target),
    ...(scanned.length === 0 ? {} : { scanned }),
  };
}
