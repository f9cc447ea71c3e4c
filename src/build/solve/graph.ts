// Looking up the vertices of a build graph.

import type { VertexId } from '../../core/index.ts';
import type { BuildGraph, Vertex } from '../types.ts';

/** The vertex of an id; a graph that lacks it was planned wrongly. */
export function vertexOf(graph: BuildGraph, id: VertexId): Vertex {
  const vertex = graph.vertices.get(id);
  if (vertex === undefined) throw new Error(`The build graph lacks vertex ${id}`);
  return vertex;
}
