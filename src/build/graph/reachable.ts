// The part of a graph that a target needs.

import type { VertexId } from '../../core/index.ts';
import type { Vertex } from '../types.ts';
import { inputsOf } from './inputs.ts';

/** The vertices that `target` needs, itself included; inputs come before their users. */
export function reachableFrom(
  target: VertexId | undefined,
  vertices: ReadonlyMap<VertexId, Vertex>,
): ReadonlyMap<VertexId, Vertex> {
  const needed = new Set<VertexId>();
  const open = target === undefined ? [] : [target];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const vertex = vertices.get(id);
    if (!vertex || needed.has(id)) continue;
    needed.add(id);
    open.push(...inputsOf(vertex));
  }
  return new Map([...vertices].filter(([id]) => needed.has(id)));
}
